package io.packice.core;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What a peer knows of a sealed object at one moment.
 *
 * @param object the object
 * @param heldBytes what it counts against the peer's capacity, in bytes: its extent in whole pages
 * @param leases how many leases are on it
 * @param pinned whether it is kept from eviction
 * @param age the time since its seal
 * @param idle the time since it was last acquired or released; zero while a lease is on it
 * @param remaining what is left of its object TTL; null if it has none
 */
public record ObjectStatus(StoredObject object, long heldBytes, int leases, boolean pinned, Duration age, Duration idle,
    @Nullable Duration remaining) {
}
