package io.packice.backends.sharedfs;

import io.packice.core.Blob;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.IntPredicate;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** What several peers of one folder should agree on, said as simply as possible: one namespace, one ledger; leases and pins know their peer. */
final class SharedModel {
  /** One version of an object. */
  static final class Version {
    final String id;
    final long byteSize;
    final long contentSeed;
    final long pages;
    final @Nullable String group;
    final long lifeNanos;
    long diesAt;

    Version(String id, long byteSize, long contentSeed, @Nullable String group, long lifeNanos) {
      this.id = id;
      this.byteSize = byteSize;
      this.contentSeed = contentSeed;
      this.pages = Blob.alignUp(byteSize);
      this.group = group;
      this.lifeNanos = lifeNanos;
    }

    /** Whether the two are evicted together. */
    boolean isWith(Version other) {
      return this == other || (group != null && group.equals(other.group));
    }
  }

  /** A lease, and the peer that gave it. */
  static final class Lease {
    final Version version;
    final int peer;
    final boolean isCreate;
    final long ttlNanos;
    long expiresAt;

    Lease(Version version, int peer, boolean isCreate, long ttlNanos) {
      this.version = version;
      this.peer = peer;
      this.isCreate = isCreate;
      this.ttlNanos = ttlNanos;
    }

    boolean hasTtl() {
      return ttlNanos > 0;
    }
  }

  final long capacity;
  final TreeMap<String, Version> sealed = new TreeMap<>();
  final TreeMap<String, Version> drafts = new TreeMap<>();
  final List<Version> zombies = new ArrayList<>();
  final List<Lease> leases = new ArrayList<>();
  /** Which peers have pinned what an id names. */
  private final Map<String, Set<Integer>> pins = new TreeMap<>();
  private long now;

  SharedModel(long capacity) {
    this.capacity = capacity;
  }

  // ---- bytes

  static long pages(Iterable<Version> versions) {
    long sum = 0;
    for (Version version : versions) {
      sum += version.pages;
    }
    return sum;
  }

  long free() {
    return capacity - pages(sealed.values()) - pages(drafts.values()) - pages(zombies);
  }

  List<Version> sealedAnd(Predicate<Version> condition) {
    return sealed.values().stream().filter(condition).toList();
  }

  boolean isLeased(Version version) {
    return leases.stream().anyMatch(lease -> lease.version == version);
  }

  boolean isPinned(Version version) {
    return pins.containsKey(version.id) && sealed.get(version.id) == version;
  }

  /** How many leases a peer sees on a version: each of its own, and one for each other peer that has any. */
  long leasesOn(Version version, int seenBy) {
    List<Integer> holders = leases.stream().filter(lease -> lease.version == version).map(lease -> lease.peer).toList();
    return holders.stream().filter(peer -> peer == seenBy).count()
        + holders.stream().filter(peer -> peer != seenBy).distinct().count();
  }

  /** What a peer may evict for a new version: members of no group that somebody uses, the new version's own included. */
  List<Version> evictable(Version wanted, int by) {
    return sealedAnd(version -> !wanted.isWith(version) && !isHeld(version, by));
  }

  /** A use of any member holds a group. A use of what is out of the namespace does so for its own peer only: others do not know its group. */
  private boolean isHeld(Version version, int by) {
    return leases.stream()
        .anyMatch(lease -> lease.version.isWith(version) && (lease.peer == by || !zombies.contains(lease.version)))
        || sealed.values().stream().anyMatch(member -> member.isWith(version) && isPinned(member));
  }

  // ---- steps

  void begin(Lease lease) {
    leases.add(lease);
    if (lease.isCreate) {
      drafts.put(lease.version.id, lease.version);
    }
    renew(lease);
  }

  void renew(Lease lease) {
    lease.expiresAt = lease.hasTtl() ? now + lease.ttlNanos : Long.MAX_VALUE;
  }

  /** What replaces an object keeps its pins. */
  void seal(Lease lease) {
    Version version = lease.version;
    Version old = sealed.get(version.id);
    if (old != null) {
      leaveNamespace(old);
    }
    drafts.remove(version.id);
    version.diesAt = version.lifeNanos == 0 ? Long.MAX_VALUE : now + version.lifeNanos;
    sealed.put(version.id, version);
    leases.remove(lease);
  }

  /** Takes it out of the namespace for another reason. */
  void remove(Version version) {
    leaveNamespace(version);
    pins.remove(version.id);
  }

  private void leaveNamespace(Version version) {
    sealed.remove(version.id);
    if (isLeased(version)) {
      zombies.add(version);
    }
  }

  void release(Lease lease) {
    leases.remove(lease);
    if (lease.isCreate) {
      drafts.remove(lease.version.id, lease.version);
    } else if (!isLeased(lease.version)) {
      zombies.remove(lease.version);
    }
  }

  void pin(String id, int peer) {
    pins.computeIfAbsent(id, _ -> new HashSet<>()).add(peer);
  }

  /** Ends the pins of all peers. */
  void unpin(String id) {
    pins.remove(id);
  }

  long pins() {
    return pins.values().stream().mapToLong(Set::size).sum();
  }

  /** Ends what a peer holds by leases. */
  void endSession(int peer) {
    leases.stream().filter(lease -> lease.peer == peer).toList().forEach(this::release);
  }

  /** Ends all that a peer holds: it leaves, or is given up. */
  void endPeer(int peer) {
    endSession(peer);
    pins.values().forEach(peers -> peers.remove(peer));
    pins.values().removeIf(Set::isEmpty);
  }

  /** Moves on. Leases end by their TTL where the peer that gave them is awake to see it. */
  void advance(long nanos, IntPredicate isAwake) {
    now += nanos;
    leases.stream().filter(lease -> lease.expiresAt <= now && isAwake.test(lease.peer)).toList().forEach(this::release);
    sealedAnd(version -> version.diesAt <= now).forEach(this::remove);
  }
}
