package io.packice.peers.tiered;

import io.packice.core.PeerStats;

/**
 * A {@link TieredPeer} in numbers, tier by tier. The tiers' own numbers count each copy, and the leases and drafts that the tiered peer
 * itself has while it moves objects; {@link io.packice.core.Session#stats} of the tiered peer has them merged and without those.
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
