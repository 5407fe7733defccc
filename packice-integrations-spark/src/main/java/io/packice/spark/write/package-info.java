/** Writes: rows become parts in executors, and the driver publishes them. Internal: not for callers, and it may change at any time. */
@NullMarked
package io.packice.spark.write;

import org.jspecify.annotations.NullMarked;
