/**
 * The messages that the transports share: what clients ask and peers answer, as JSON. Only transports use this package.
 */
@NullMarked
package io.packice.transport.wire;

import org.jspecify.annotations.NullMarked;
