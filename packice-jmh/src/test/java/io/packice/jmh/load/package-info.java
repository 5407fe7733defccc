/** Loads. */
@NullMarked
package io.packice.jmh.load;

import org.jspecify.annotations.NullMarked;
