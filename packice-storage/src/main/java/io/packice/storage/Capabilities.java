package io.packice.storage;

import java.util.Arrays;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What a service, or a mount with its permissions, can do. Immutable, safe from any thread.
 *
 * @param all what it can; nothing else
 */
public record Capabilities(Set<Capability> all) {
  /** Copies the set. */
  public Capabilities {
    EnumSet<Capability> copy = EnumSet.noneOf(Capability.class);
    copy.addAll(all);
    all = Collections.unmodifiableSet(copy);
  }

  /**
   * These and no others.
   *
   * @param these what the service can do
   * @return a record of them
   */
  public static Capabilities of(Capability... these) {
    return new Capabilities(Set.of(these));
  }

  /**
   * Whether one is there.
   *
   * @param capability what to ask for
   * @return true if the service can
   */
  public boolean has(Capability capability) {
    return all.contains(capability);
  }

  /**
   * The same without some.
   *
   * @param these what is taken away
   * @return what remains
   */
  public Capabilities without(Capability... these) {
    EnumSet<Capability> rest = EnumSet.noneOf(Capability.class);
    rest.addAll(all);
    rest.removeAll(Arrays.asList(these));
    return new Capabilities(rest);
  }

  /** In the order of the enum, with commas. */
  @Override
  public String toString() {
    return all.stream().map(Capability::toString).collect(Collectors.joining(", "));
  }
}
