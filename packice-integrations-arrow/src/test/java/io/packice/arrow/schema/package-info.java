/** Columns that cannot be, and what is said of them. */
@NullMarked
package io.packice.arrow.schema;

import org.jspecify.annotations.NullMarked;
