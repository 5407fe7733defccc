/** What options of reads and writes have in common. Internal: not for callers, and it may change at any time. */
@NullMarked
package io.packice.spark.options;

import org.jspecify.annotations.NullMarked;
