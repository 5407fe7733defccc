/**
 * Engine arrays over memory that somebody lends: a mapping, a buffer that is used again. The memory is given back when the engine's last
 * reference to it is gone, and not before.
 */
@NullMarked
package io.packice.djl.tensor;

import org.jspecify.annotations.NullMarked;
