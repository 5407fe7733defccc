/**
 * Tables in and out of files: {@code packice import}, {@code export}, {@code head}, {@code schema}. {@link io.packice.cli.tables.ImportCommand} is where files come in.
 */
@NullMarked
package io.packice.cli.tables;

import org.jspecify.annotations.NullMarked;
