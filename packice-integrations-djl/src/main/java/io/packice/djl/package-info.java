/** DJL on shared memory: NDArrays, datasets and model weights over the mapping of a leased object. */
@NullMarked
package io.packice.djl;

import org.jspecify.annotations.NullMarked;
