package io.packice.core;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Which ids name what: at most one sealed object and at most one draft each. Guarded by the peer's lock. */
final class Namespace {
  private final TreeMap<String, ObjectEntry> sealed = new TreeMap<>();
  private final Map<String, ObjectEntry> drafts = new HashMap<>();
  /** What has a TTL, in the order of its end: a step that discards many, each found among millions, must not hold up the others. */
  private final TreeSet<ObjectEntry> mortal = new TreeSet<>((a, b) -> {
    int order = Long.signum(a.diesAtNanos - b.diesAtNanos);
    return order == 0 ? a.object.id().compareTo(b.object.id()) : order;
  });

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
  }

  void removeDraft(ObjectEntry entry) {
    drafts.remove(entry.object.id().value(), entry);
  }

  /** Drafts of other peers. */
  List<ObjectEntry> foreignDrafts() {
    return drafts.values().stream().filter(entry -> entry.foreign).toList();
  }

  /** Drafts of one unit, other peers' too. */
  Stream<ObjectEntry> drafts(EvictionUnit unit) {
    return drafts.values().stream().filter(entry -> entry.unit == unit);
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

  /** The sealed object whose TTL ends first; null if none has one. */
  @Nullable
  ObjectEntry nextToDie() {
    return mortal.isEmpty() ? null : mortal.first();
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

  /** Drafts whose bytes are in a tier. */
  long draftsIn(Tier tier) {
    return drafts.values().stream().filter(entry -> entry.tier == tier).count();
  }

  long sealedCount() {
    return sealed.size();
  }

  long draftCount() {
    return drafts.size();
  }
}
