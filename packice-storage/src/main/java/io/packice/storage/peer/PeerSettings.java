package io.packice.storage.peer;

import org.jspecify.annotations.Nullable;

/**
 * Settings of a mount of the type {@code peer}.
 *
 * @param address where the peer is, as for {@link io.packice.Packice#connect(String)}; the peer of this user if null
 */
public record PeerSettings(@Nullable String address) {
}
