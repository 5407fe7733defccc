/** Scans: what is pushed down, how a table is split, and the readers that run in executors. Internal: not for callers, and it may change at any time. */
@NullMarked
package io.packice.spark.read;

import org.jspecify.annotations.NullMarked;
