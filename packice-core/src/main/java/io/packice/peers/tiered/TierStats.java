package io.packice.peers.tiered;

import io.packice.core.PeerStats;

/**
 * A {@link TieredPeer} in numbers, tier by tier. The tiers' own numbers count each copy; leases and hits count where the bytes were that they were given, misses and
 * refusals are nobody's, and sessions the peer's.
 *
 * @param hot the hot tier
 * @param cold the cold tier
 * @param demotions copies made from the hot tier to the cold one
 * @param demotedBytes their bytes
 * @param promotions copies made from the cold tier to the hot one
 * @param promotedBytes their bytes
 */
public record TierStats(PeerStats hot, PeerStats cold, long demotions, long demotedBytes, long promotions,
    long promotedBytes) {
}
