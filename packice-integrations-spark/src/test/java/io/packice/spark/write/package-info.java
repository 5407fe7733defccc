/** Writes, from the inside. */
@NullMarked
package io.packice.spark.write;

import org.jspecify.annotations.NullMarked;
