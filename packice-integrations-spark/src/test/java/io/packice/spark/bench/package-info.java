/** How fast Spark reads tables, beside Parquet, its own cache and a job that does nothing. */
@NullMarked
package io.packice.spark.bench;

import org.jspecify.annotations.NullMarked;
