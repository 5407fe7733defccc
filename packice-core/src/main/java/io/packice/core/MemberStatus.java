package io.packice.core;

import java.time.Duration;

/**
 * One of the peers that share a store, as the peer sees it that was asked.
 *
 * @param name what it calls itself, new in every life
 * @param place where it runs, such as {@code pid 4711 on node-3}
 * @param silence for how long the peer that was asked has looked in vain for a sign of life; zero for itself
 */
public record MemberStatus(String name, String place, Duration silence) {
}
