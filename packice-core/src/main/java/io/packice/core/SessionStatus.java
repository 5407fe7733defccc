package io.packice.core;

import java.time.Duration;

/**
 * What a peer knows of one open session at one moment.
 *
 * @param caller who speaks in it
 * @param age the time since it was opened
 * @param leases how many leases it binds, drafts included
 */
public record SessionStatus(Caller caller, Duration age, int leases) {
}
