/** Tests of how a scan is planned. */
@NullMarked
package io.packice.spark.read;

import org.jspecify.annotations.NullMarked;
