/** What the catalog does to tables besides reading and writing rows. Internal: not for callers, and it may change at any time. */
@NullMarked
package io.packice.spark.catalog;

import org.jspecify.annotations.NullMarked;
