/** Parquet files that Spark and we have written, each read by both. */
@NullMarked
package io.packice.spark.parquet;

import org.jspecify.annotations.NullMarked;
