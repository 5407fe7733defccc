/**
 * Text files as tables, and tables as text: {@link io.packice.arrow.text.CsvFormat} and {@link io.packice.arrow.text.JsonFormat}, both to be given to a
 * {@link io.packice.arrow.imports.TableImport}.
 */
@NullMarked
package io.packice.arrow.text;

import org.jspecify.annotations.NullMarked;
