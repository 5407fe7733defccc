/**
 * Peers ready to use: each is a {@link io.packice.core.LocalPeer} with the stores that make it what it is.
 *
 * <p>Entry points: {@link io.packice.peers.MemoryPeer}, {@link io.packice.peers.FileSystemPeer}; a peer of two
 * of them, the one above the other, is {@link io.packice.peers.tiered.TieredPeer}.
 */
@NullMarked
package io.packice.peers;

import org.jspecify.annotations.NullMarked;
