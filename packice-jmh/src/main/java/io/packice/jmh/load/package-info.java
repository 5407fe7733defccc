/** A load generator for whole peers. */
@NullMarked
package io.packice.jmh.load;

import org.jspecify.annotations.NullMarked;
