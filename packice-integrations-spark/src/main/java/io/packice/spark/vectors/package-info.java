/** Columns of a table as Spark's column vectors, in place. Internal: not for callers, and it may change at any time. */
@NullMarked
package io.packice.spark.vectors;

import org.jspecify.annotations.NullMarked;
