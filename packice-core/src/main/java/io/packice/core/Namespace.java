package io.packice.core;

import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Which ids name what: at most one sealed object and at most one draft each. Guarded by the peer's lock. */
final class Namespace {
  private final TreeMap<String, ObjectEntry> sealed = new TreeMap<>();
  private final Map<String, ObjectEntry> drafts = new HashMap<>();
  private final Expiries<ObjectEntry> mortal =
      new Expiries<>(entry -> entry.diesAtNanos, Comparator.comparing(entry -> entry.object.id()));

  @Nullable
  ObjectEntry sealed(ObjectId id) {
    return sealed.get(id.value());
  }

  @Nullable
  ObjectEntry draft(ObjectId id) {
    return drafts.get(id.value());
  }

  void addDraft(ObjectEntry entry) {
    drafts.put(entry.object.id().value(), entry);
    entry.unit.drafts++;
    entry.tier.drafts++;
    entry.unit.draftBytes += entry.heldBytes;
  }

  /** It holds so much more, whether or not it is a draft that is here. */
  void grow(ObjectEntry entry, long bytes) {
    entry.heldBytes += bytes;
    if (drafts.get(entry.object.id().value()) == entry) {
      entry.unit.draftBytes += bytes;
    }
  }

  void removeDraft(ObjectEntry entry) {
    if (drafts.remove(entry.object.id().value(), entry)) {
      entry.unit.drafts--;
      entry.tier.drafts--;
      entry.unit.draftBytes -= entry.heldBytes;
    }
  }

  /** Drafts of other peers. */
  List<ObjectEntry> foreignDrafts() {
    return drafts.values().stream().filter(entry -> entry.foreign).toList();
  }

  /** Makes a draft visible. Its {@code diesAtNanos} must be set. */
  void seal(ObjectEntry entry) {
    removeDraft(entry);
    sealed.put(entry.object.id().value(), entry);
    if (entry.hasTtl()) {
      mortal.add(entry);
    }
  }

  void removeSealed(ObjectEntry entry) {
    sealed.remove(entry.object.id().value(), entry);
    if (entry.hasTtl()) {
      mortal.remove(entry);
    }
  }

  /** The sealed object whose TTL has passed longest ago; null if there is none. */
  @Nullable
  ObjectEntry nextDue(long nowNanos) {
    return mortal.firstDue(nowNanos);
  }

  long nanosUntilNextDue(long nowNanos) {
    return mortal.nanosUntilFirst(nowNanos);
  }

  /** Sealed objects whose ids start with the prefix and come behind {@code after}, in order. */
  Stream<ObjectEntry> sealedFrom(String prefix, @Nullable ObjectId after) {
    NavigableMap<String, ObjectEntry> tail = sealed;
    if (after != null && after.value().compareTo(prefix) >= 0) {
      tail = sealed.tailMap(after.value(), false);
    } else if (!prefix.isEmpty()) {
      tail = sealed.tailMap(prefix, true);
    }
    return tail.values().stream().takeWhile(entry -> entry.object.id().value().startsWith(prefix));
  }

  long sealedCount() {
    return sealed.size();
  }

  long draftCount() {
    return drafts.size();
  }
}
