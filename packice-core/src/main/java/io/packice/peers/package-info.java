/**
 * Peers ready to use: each is a {@link io.packice.core.LocalPeer} with the stores that make it what it is.
 *
 * <p>Entry point: {@link io.packice.peers.MemoryPeer}.
 */
@NullMarked
package io.packice.peers;

import org.jspecify.annotations.NullMarked;
