/** What is known of a column without reading it: {@link io.packice.arrow.statistics.ColumnStatistics}, gathered while rows are written. */
@NullMarked
package io.packice.arrow.statistics;

import org.jspecify.annotations.NullMarked;
