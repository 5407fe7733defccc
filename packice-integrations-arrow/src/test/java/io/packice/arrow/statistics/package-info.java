/** Statistics against what a plain loop finds. */
@NullMarked
package io.packice.arrow.statistics;

import org.jspecify.annotations.NullMarked;
