package io.packice.core;

import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The right to use an object, as it was when the peer gave it. It ends by release, by its TTL, or when its session closes. Plain
 * data, immutable, safe from any thread.
 *
 * @param id the lease's name and proof
 * @param intent what the lease allows: {@link Intent#READ}, {@link Intent#CREATE} or {@link Intent#WRITE}
 * @param ttl how long it lives without renewal; null if it lives as long as its session
 * @param fence a number that grows with every lease that its peer gives on the object; the peer checks it at seal, so that a
 *     creator who was thought dead cannot publish over its successor
 * @param asOf a number that grows with everything that comes into its peer's namespace or leaves it, as it was when the lease was given. Under a lease
 *     that was acquired to READ, what the group of the object consisted of then can be {@linkplain AcquireRequest#withAsOf read}, in whichever process, until the lease ends. 0
 *     if the peer does not say
 * @param object what is leased
 */
public record Lease(LeaseId id, Intent intent, @Nullable Duration ttl, long fence, long asOf, StoredObject object) {
  /** Checks that all is there. */
  public Lease {
    Objects.requireNonNull(id, "id");
    Objects.requireNonNull(intent, "intent");
    Objects.requireNonNull(object, "object");
  }

  /**
   * With another TTL.
   *
   * @param newTtl how long it lives without renewal; null if it lives as long as its session
   * @return a changed copy
   */
  public Lease withTtl(@Nullable Duration newTtl) {
    return new Lease(id, intent, newTtl, fence, asOf, object);
  }
}
