package io.packice.core;

/**
 * One tier of a peer that has several, in numbers. A tier's own numbers count each copy, and the leases and drafts that the peer itself has
 * there while it moves objects.
 *
 * @param name which one, such as {@code hot} or {@code cold}
 * @param stats the tier, as a peer of its own
 * @param arrivals objects copied to it from another tier
 * @param arrivedBytes their bytes
 */
public record TierStatus(String name, PeerStats stats, long arrivals, long arrivedBytes) {
}
