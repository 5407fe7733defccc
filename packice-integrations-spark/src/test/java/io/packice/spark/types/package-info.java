/** Types of Spark and of Arrow, there and back. */
@NullMarked
package io.packice.spark.types;

import org.jspecify.annotations.NullMarked;
