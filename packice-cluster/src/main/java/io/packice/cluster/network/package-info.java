/**
 * Several peers that act as one, as a peer whose sessions fan out over theirs. Start at {@link io.packice.cluster.network.NetworkPeer#open}, or connect to
 * {@code network:NAME}.
 */
@NullMarked
package io.packice.cluster.network;

import org.jspecify.annotations.NullMarked;
