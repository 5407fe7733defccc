/**
 * Model weights that all processes of a host share: imported once from safetensors, attached without a copy.
 *
 * <p>Nothing that stands in a file or an object is trusted before it was checked: lengths, offsets, types and names.
 */
@NullMarked
package io.packice.djl.weights;

import org.jspecify.annotations.NullMarked;
