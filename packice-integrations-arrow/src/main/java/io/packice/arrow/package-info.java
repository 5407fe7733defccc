/**
 * Tables in shared memory: Arrow vectors that point straight into the mapping of a leased object. {@link io.packice.arrow.ArrowTables} is the way in, to open and to write
 * them.
 */
@NullMarked
package io.packice.arrow;

import org.jspecify.annotations.NullMarked;
