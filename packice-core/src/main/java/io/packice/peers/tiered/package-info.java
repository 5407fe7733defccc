/**
 * A peer with two tiers: objects are made in a small, fast one and sink into a large, slow one when they are not used.
 *
 * <p>Entry point: {@link io.packice.peers.tiered.TieredPeer}, whose documentation has the rules. It is a {@link io.packice.core.LocalPeer} like any other, with
 * one namespace, one table of leases and one lock, over the stores of two.
 */
@NullMarked
package io.packice.peers.tiered;

import org.jspecify.annotations.NullMarked;
