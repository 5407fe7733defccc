/** How rows of a table are divided among its parts, and what follows for filters. Internal: not for callers, and it may change at any time. */
@NullMarked
package io.packice.spark.partition;

import org.jspecify.annotations.NullMarked;
