package io.packice.core;

import java.util.Objects;

/**
 * The answer to an acquire: a lease and the bytes that it is on.
 *
 * @param lease the lease; the caller ends it by {@link Session#release}
 * @param extent the object's bytes, opened for this caller alone: read-only under a READ or WRITE lease, writable under CREATE. The
 *     caller closes it; that neither ends the lease nor unmaps what was mapped through it
 */
public record Grant(Lease lease, Extent extent) {
  /** Checks that both are there. */
  public Grant {
    Objects.requireNonNull(lease, "lease");
    Objects.requireNonNull(extent, "extent");
  }
}
