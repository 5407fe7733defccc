package io.packice.core;

import java.util.List;
import java.util.OptionalLong;

/**
 * Why an object or a group is gone.
 *
 * @param name the group's, or the object's if it stood alone
 * @param objects how many went
 * @param bytes what they held
 * @param wanted what room was made for
 * @param wantedBytes how much of it
 */
record Eviction(String name, int objects, long bytes, StoredObject wanted, long wantedBytes) {
  /** Of a whole unit. */
  static Eviction of(List<ObjectEntry> victims, StoredObject wanted, long wantedBytes) {
    ObjectEntry first = victims.getFirst();
    String name = first.unit.group == null ? first.object.id().value() : first.unit.group;
    long bytes = victims.stream().mapToLong(victim -> victim.heldBytes).sum();
    return new Eviction(name, victims.size(), bytes, wanted, wantedBytes);
  }

  @Override
  public String toString() {
    OptionalLong owner = wanted.owner();
    return "Evicted " + name + " (" + objects + (objects == 1 ? " object, " : " objects, ") + bytes
        + " bytes) to make room for " + wanted.id() + " (" + wantedBytes + " bytes"
        + (owner.isPresent() ? ", of uid " + owner.getAsLong() : "") + ")";
  }
}
