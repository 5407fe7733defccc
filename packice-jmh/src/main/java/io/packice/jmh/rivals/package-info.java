/**
 * What one would use instead of Packice to give bytes to other processes, each behind {@link io.packice.jmh.rivals.Rival} and tuned for what is
 * measured; {@link io.packice.jmh.rivals.Store} says how. Servers are started for a benchmark, in a folder of their own, and stopped after it.
 */
@NullMarked
package io.packice.jmh.rivals;

import org.jspecify.annotations.NullMarked;
