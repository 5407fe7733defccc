/** Tables in shared memory: Arrow vectors that point straight into the mapping of a leased object. */
@NullMarked
package io.packice.arrow;

import org.jspecify.annotations.NullMarked;
