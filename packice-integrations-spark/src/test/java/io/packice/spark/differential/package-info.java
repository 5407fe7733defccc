/** Generated queries, on tables of a peer and on Parquet files with the same data. */
@NullMarked
package io.packice.spark.differential;

import org.jspecify.annotations.NullMarked;
