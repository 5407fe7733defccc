/**
 * The client: what people call to share bytes between processes.
 *
 * <p>Start at {@link io.packice.Packice#connect()}; it gives a {@link io.packice.PackiceClient}, which gives
 * {@link io.packice.ObjectWriter}s and {@link io.packice.LeasedObject}s.
 */
@NullMarked
package io.packice;

import org.jspecify.annotations.NullMarked;
