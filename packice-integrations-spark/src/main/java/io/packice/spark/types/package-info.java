/** Spark's types and Arrow's, in both directions. Internal: not for callers, and it may change at any time. */
@NullMarked
package io.packice.spark.types;

import org.jspecify.annotations.NullMarked;
