/** Parquet files that Spark and we have written, each read by both. */
@NullMarked
package io.packice.sparkcheck;

import org.jspecify.annotations.NullMarked;
