package io.packice.core;

import java.util.Objects;

/**
 * The name of a lease, and the only proof that somebody holds it: 128 random bits, so it cannot be guessed.
 *
 * <p>Whoever knows the id may use the lease. {@link #toString} therefore shortens it, so that logs give nothing away. Immutable,
 * safe from any thread.
 *
 * @param value the id as it travels: 32 hexadecimal digits when this project made it, any text when a client sent it
 */
public record LeaseId(String value) {
  private static final int SHOWN = 6;

  /** Checks that it is there; what it looks like is its peer's affair. */
  public LeaseId {
    Objects.requireNonNull(value, "value");
  }

  /**
   * A new, unguessable id.
   *
   * @return an id from 128 bits of a secure random source
   */
  public static LeaseId random() {
    return new LeaseId(ObjectId.randomHex());
  }

  /** The first characters of the id: enough to tell leases apart in a log, not enough to use one. */
  @Override
  public String toString() {
    return Utf8.legible(value, SHOWN);
  }
}
