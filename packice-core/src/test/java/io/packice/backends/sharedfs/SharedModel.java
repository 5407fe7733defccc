package io.packice.contract;

import io.packice.core.Blob;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/** What several peers of one folder should agree on, said as simply as possible: one namespace, one ledger, leases that know their peer. */
final class SharedModel {
  /** One version of an object. */
  static final class Version {
    final String id;
    final long byteSize;
    final long contentSeed;
    final long pages;
    final long lifeNanos;
    long diesAt;

    Version(String id, long byteSize, long contentSeed, long lifeNanos) {
      this.id = id;
      this.byteSize = byteSize;
      this.contentSeed = contentSeed;
      this.pages = Blob.alignUp(byteSize);
      this.lifeNanos = lifeNanos;
    }
  }

  /** A lease, and the peer that gave it. */
  record Lease(Version version, int peer, boolean isCreate, long number) {
  }

  final long capacity;
  final TreeMap<String, Version> sealed = new TreeMap<>();
  final TreeMap<String, Version> drafts = new TreeMap<>();
  final List<Version> zombies = new ArrayList<>();
  final List<Lease> leases = new ArrayList<>();
  final List<Version> pinned = new ArrayList<>();
  long now;

  SharedModel(long capacity) {
    this.capacity = capacity;
  }

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

  boolean isLeased(Version version) {
    return leases.stream().anyMatch(lease -> lease.version == version);
  }

  /** What any peer may evict. */
  List<Version> idle() {
    return sealed.values().stream().filter(version -> !isLeased(version) && !pinned.contains(version)).toList();
  }

  void seal(Lease lease) {
    Version version = lease.version;
    Version old = sealed.get(version.id);
    if (old != null) {
      if (pinned.contains(old)) {
        pinned.add(version);
      }
      remove(old);
    }
    drafts.remove(version.id);
    version.diesAt = version.lifeNanos == 0 ? Long.MAX_VALUE : now + version.lifeNanos;
    sealed.put(version.id, version);
    leases.remove(lease);
  }

  /** Takes it out of the namespace, whatever the reason. */
  void remove(Version version) {
    sealed.remove(version.id);
    pinned.remove(version);
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

  void advance(long nanos) {
    now += nanos;
    sealed.values().stream().filter(version -> version.diesAt <= now).toList().forEach(this::remove);
  }
}
