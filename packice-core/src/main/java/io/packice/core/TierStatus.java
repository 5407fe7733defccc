package io.packice.core;

/**
 * One tier of a peer that has several, in numbers. A tier's own numbers count each copy; leases and hits count where the bytes were that they were given, misses
 * and refusals are nobody's, and sessions the peer's.
 *
 * @param name which one, such as {@code hot} or {@code cold}
 * @param stats the tier, as a peer of its own
 * @param arrivals objects copied to it from another tier
 * @param arrivedBytes their bytes
 */
public record TierStatus(String name, PeerStats stats, long arrivals, long arrivedBytes) {
}
