package io.packice.cluster.ring;

import java.util.Objects;

/**
 * Somebody who has a part of a ring.
 *
 * @param name by which it keeps its place, whatever its address is
 * @param weight how large its part is beside those of others; 1 is usual
 */
public record RingMember(String name, double weight) {
  private static final double LEAST = 0.01;
  private static final double MOST = 100;

  /**
   * Checks the weight.
   *
   * @throws IllegalArgumentException if it is not from 0.01 to 100
   */
  public RingMember {
    Objects.requireNonNull(name, "name");
    if (!(weight >= LEAST && weight <= MOST)) {
      throw new IllegalArgumentException(
          "Cannot give " + name + " the weight " + weight + "; give " + LEAST + " to " + (int) MOST);
    }
  }

  /**
   * A member of the usual weight.
   *
   * @param name by which it keeps its place
   */
  public RingMember(String name) {
    this(name, 1);
  }
}
