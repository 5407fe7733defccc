/** Nothing of its own: this module puts what Spark does not have into one jar, under names that clash with nothing. */
@NullMarked
package io.packice.spark.runtime;

import org.jspecify.annotations.NullMarked;
