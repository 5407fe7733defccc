/**
 * Files of others into tables: {@link io.packice.arrow.imports.TableImport} is the way in, of any {@link io.packice.arrow.imports.ImportFormat} and from any
 * {@link io.packice.arrow.imports.ImportSource}; {@link io.packice.arrow.imports.IdxImport} is for the files of MNIST.
 */
@NullMarked
package io.packice.arrow.imports;

import org.jspecify.annotations.NullMarked;
