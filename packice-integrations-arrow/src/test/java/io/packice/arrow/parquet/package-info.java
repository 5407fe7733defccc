/** Tests of Parquet files into vectors and back. */
@NullMarked
package io.packice.arrow.parquet;

import org.jspecify.annotations.NullMarked;
