/** Looks that the jar for spark-submit works where there is nothing but Spark. */
@NullMarked
package io.packice.spark.submit;

import org.jspecify.annotations.NullMarked;
