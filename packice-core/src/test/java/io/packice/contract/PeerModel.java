package io.packice.contract;

import io.packice.core.AcquireRequest;
import io.packice.core.Blob;
import io.packice.core.ErrorCode;
import io.packice.core.Intent;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a peer should do, said as simply as possible: no locks, no I/O, no clever structures, everything is looked for from the start each
 * time. Histories compare a real peer with it.
 */
public final class PeerModel {
  /** One version of an object. */
  static final class Version {
    final String id;
    final long contentSeed;
    final long byteSize;
    final long pages;
    final String unit;
    final @Nullable String group;
    final @Nullable Long ttlNanos;
    /** When it came into the namespace and left it. */
    long cameAt;
    long leftAt = Long.MAX_VALUE;
    boolean sealed;
    boolean discarded;
    boolean pinned;
    long diesAt;
    long sealSerial;

    Version(String id, long contentSeed, long byteSize, @Nullable String group, @Nullable Long ttlNanos, long serial) {
      this.id = id;
      this.contentSeed = contentSeed;
      this.byteSize = byteSize;
      this.pages = Blob.alignUp(byteSize);
      this.group = group;
      this.unit = group == null ? "object " + serial : "group " + group;
      this.ttlNanos = ttlNanos;
    }
  }

  /** A lease, named by the history. */
  static final class ModelLease {
    final Version version;
    final int session;
    final @Nullable Long ttlNanos;
    /** As of when it reads; -1 if it was not taken to read. */
    final long asOf;
    Intent intent;
    long expiresAt;

    ModelLease(Version version, int session, Intent intent, @Nullable Long ttlNanos, long asOf, long now) {
      this.version = version;
      this.asOf = asOf;
      this.session = session;
      this.intent = intent;
      this.ttlNanos = ttlNanos;
      restart(now);
    }

    void restart(long now) {
      expiresAt = ttlNanos == null ? Long.MAX_VALUE : now + ttlNanos;
    }
  }

  final long capacity;
  final TreeMap<String, Version> sealed = new TreeMap<>();
  final Map<String, Version> drafts = new HashMap<>();
  final Set<ModelLease> leases = new LinkedHashSet<>();
  private final Set<Version> zombies = new LinkedHashSet<>();
  private final Map<String, Long> lastUse = new HashMap<>();
  private long uses;
  private long serials;
  private long seals;
  long now;
  /** Grows with all that comes into the namespace or leaves it. */
  long changes;
  long hits;
  long misses;
  long evictions;
  /** Of which something has been evicted: the rest may follow at any time. */
  private final Set<String> evictedUnits = new HashSet<>();
  long refusals;

  PeerModel(long capacity) {
    this.capacity = capacity;
  }

  // ---- bytes

  long liveBytes() {
    return sum(sealed.values());
  }

  long draftBytes() {
    return sum(drafts.values());
  }

  long zombieBytes() {
    return sum(zombies);
  }

  long leasedBytes() {
    return sum(sealed.values().stream().filter(version -> leasesOn(version) > 0).toList());
  }

  long pinnedBytes() {
    return sum(sealed.values().stream().filter(version -> version.pinned).toList());
  }

  /** Objects whose bytes the peer must hold. */
  public long heldObjects() {
    return (long) sealed.size() + drafts.size() + zombies.size();
  }

  private static long sum(Iterable<Version> versions) {
    long sum = 0;
    for (Version version : versions) {
      sum += version.pages;
    }
    return sum;
  }

  long leasesOn(Version version) {
    return leases.stream().filter(lease -> lease.version == version).count();
  }

  // ---- operations: each gives the refusal that the peer should give, or nothing

  Optional<ErrorCode> read(String id, int session, @Nullable Long ttlNanos) {
    Version version = sealed.get(id);
    if (version == null) {
      misses++;
      return Optional.of(drafts.containsKey(id) ? ErrorCode.NOT_SEALED : ErrorCode.NOT_FOUND);
    }
    hits++;
    leases.add(new ModelLease(version, session, Intent.READ, ttlNanos, changes, now));
    return Optional.empty();
  }

  Optional<ErrorCode> readAsOf(String id, int session, @Nullable Long ttlNanos, long asOf) {
    Optional<Version> then = Stream.concat(sealed.values().stream(), zombies.stream().filter(this::isKept))
        .filter(version -> version.id.equals(id) && livedAt(version, asOf)).findFirst();
    if (then.isEmpty()) {
      misses++;
      return Optional.of(ErrorCode.NOT_FOUND);
    }
    hits++;
    leases.add(new ModelLease(then.get(), session, Intent.READ, ttlNanos, asOf, now));
    return Optional.empty();
  }

  private static boolean livedAt(Version version, long asOf) {
    return version.cameAt <= asOf && asOf < version.leftAt;
  }

  /** Whether somebody reads its group as of a time when it was there. */
  private boolean isKept(Version version) {
    return version.sealed && version.group != null && leases.stream()
        .anyMatch(lease -> version.group.equals(lease.version.group) && livedAt(version, lease.asOf));
  }

  Optional<ErrorCode> create(String id, long byteSize, AcquireRequest.IfExists ifExists, @Nullable String group,
      long contentSeed,
      int session, @Nullable Long ttlNanos, @Nullable Long objectTtlNanos) {
    if (drafts.containsKey(id) || (sealed.containsKey(id) && ifExists == AcquireRequest.IfExists.FAIL)) {
      return Optional.of(ErrorCode.ALREADY_EXISTS);
    }
    Version version = new Version(id, contentSeed, byteSize, group, objectTtlNanos, serials++);
    if (!makeRoom(version)) {
      refusals++;
      used(version.unit); // whoever wanted to add to the group has used it
      return Optional.of(ErrorCode.CAPACITY_EXCEEDED);
    }
    evictedUnits.remove(version.unit); // who joins now stays
    drafts.put(id, version);
    leases.add(new ModelLease(version, session, Intent.CREATE, ttlNanos, -1, now));
    return Optional.empty();
  }

  private boolean makeRoom(Version wanted) {
    long free = capacity - liveBytes() - draftBytes() - zombieBytes();
    List<List<Version>> evictable = evictableUnits(wanted.unit);
    long obtainable = free + evictable.stream().mapToLong(PeerModel::sum).sum();
    if (wanted.pages > obtainable) {
      return false;
    }
    for (List<Version> unit : evictable) {
      if (free >= wanted.pages) {
        break;
      }
      free += sum(unit);
      evictions += unit.size();
      unit.forEach(this::discard);
    }
    return true;
  }

  /** The peer had no room for the draft that was made last. */
  void refuse(String id) {
    Version refused = Objects.requireNonNull(drafts.remove(id));
    leases.removeIf(lease -> lease.version == refused);
    refusals++;
  }

  /**
   * Takes out what the peer has evicted in an order of its own, which must not be what somebody uses. Gives how many objects, without those that
   * followed others of their group.
   */
  int evict(Set<String> left, boolean everythingWasIdle) {
    List<Version> gone = sealed.values().stream().filter(version -> !left.contains(version.id)).toList();
    for (Version version : gone) {
      if (isHeld(version.unit) && !everythingWasIdle) {
        throw new AssertionError(version.id + " of " + version.unit + " is gone, and in use is "
            + leases.stream().filter(lease -> lease.version.unit.equals(version.unit))
                .map(lease -> lease.intent + " of " + lease.version.id + (lease.version.discarded ? " discarded" : ""))
                .toList()
            + sealed.values().stream().filter(each -> each.pinned && each.unit.equals(version.unit))
                .map(each -> "pin of " + each.id).toList());
      }
    }
    gone.forEach(this::discard);
    evictions += everythingWasIdle ? 0 : gone.size(); // else the peer has begun to count anew
    long followers = gone.stream().filter(version -> evictedUnits.contains(version.unit)).count();
    gone.forEach(version -> evictedUnits.add(version.unit));
    return (int) (gone.size() - followers);
  }

  /** Units that nothing holds, the least recently used first; the unit that the new draft belongs to is held by it. */
  private List<List<Version>> evictableUnits(String heldUnit) {
    Map<String, List<Version>> units = new HashMap<>();
    sealed.values().forEach(version -> units.computeIfAbsent(version.unit, _ -> new ArrayList<>()).add(version));
    units.keySet().removeIf(unit -> unit.equals(heldUnit) || isHeld(unit));
    return units.entrySet().stream().sorted(Comparator.comparing(entry -> lastUse.getOrDefault(entry.getKey(), 0L)))
        .map(Map.Entry::getValue).toList();
  }

  private boolean isHeld(String unit) {
    return leases.stream().anyMatch(lease -> lease.version.unit.equals(unit))
        || sealed.values().stream().anyMatch(version -> version.pinned && version.unit.equals(unit));
  }

  private void used(String unit) {
    lastUse.put(unit, ++uses);
  }

  /** Shows nothing, and changes nothing that anybody sees. */
  Optional<ErrorCode> freeze(ModelLease lease) {
    return !leases.contains(lease) ? Optional.of(ErrorCode.LEASE_EXPIRED)
        : lease.intent == Intent.CREATE ? Optional.empty() : Optional.of(ErrorCode.NOT_PERMITTED);
  }

  Optional<ErrorCode> seal(ModelLease lease) {
    if (!leases.contains(lease)) {
      return Optional.of(ErrorCode.LEASE_EXPIRED);
    }
    if (lease.intent != Intent.CREATE) {
      return Optional.of(ErrorCode.NOT_PERMITTED);
    }
    Version version = lease.version;
    Version old = sealed.get(version.id);
    if (old != null) {
      version.pinned = old.pinned;
      discard(old);
    }
    drafts.remove(version.id);
    version.sealed = true;
    version.sealSerial = ++seals;
    version.cameAt = ++changes;
    version.diesAt = version.ttlNanos == null ? Long.MAX_VALUE : now + version.ttlNanos;
    sealed.put(version.id, version);
    lease.intent = Intent.READ;
    lease.restart(now);
    return Optional.empty();
  }

  /** Takes a sealed object out of the namespace, whatever the reason. */
  private void discard(Version version) {
    sealed.remove(version.id, version);
    version.discarded = true;
    version.leftAt = ++changes;
    if (version.pinned) {
      version.pinned = false;
      used(version.unit);
    }
    if (leasesOn(version) > 0 || isKept(version)) {
      zombies.add(version);
    }
  }

  Optional<ErrorCode> discardByWrite(String id) {
    Version version = sealed.get(id);
    if (version == null) {
      misses++;
      return Optional.of(ErrorCode.NOT_FOUND);
    }
    discard(version);
    used(version.unit); // the WRITE lease came and went
    return Optional.empty();
  }

  void release(ModelLease lease) {
    if (!leases.remove(lease)) {
      return;
    }
    Version version = lease.version;
    used(version.unit);
    if (!version.sealed && !version.discarded) {
      drafts.remove(version.id, version);
      version.discarded = true;
    }
    zombies.removeIf(each -> leasesOn(each) == 0 && !isKept(each));
  }

  Optional<ErrorCode> renew(ModelLease lease) {
    if (!leases.contains(lease)) {
      return Optional.of(ErrorCode.LEASE_EXPIRED);
    }
    lease.restart(now);
    return Optional.empty();
  }

  Optional<ErrorCode> pin(String id, boolean pinned) {
    Version version = sealed.get(id);
    if (version == null) {
      return Optional.of(ErrorCode.NOT_FOUND);
    }
    if (version.pinned && !pinned) {
      used(version.unit);
    }
    version.pinned = pinned;
    return Optional.empty();
  }

  void closeSession(int session) {
    leases.stream().filter(lease -> lease.session == session).toList().forEach(this::release);
  }

  /** Moves on and ends what is due: leases by the time of their end, then objects by theirs. */
  void advance(long nanos) {
    now += nanos;
    leases.stream().filter(lease -> lease.expiresAt <= now).sorted(Comparator.comparingLong(lease -> lease.expiresAt))
        .toList()
        .forEach(this::release);
    sealed.values().stream().filter(version -> version.diesAt <= now).toList()
        .forEach(version -> discard(Objects.requireNonNull(version)));
  }

  /** The peer's process ends and begins anew over what its store kept. */
  void restart(boolean persistent) {
    leases.clear();
    zombies.clear();
    drafts.clear();
    lastUse.clear();
    if (persistent) { // what is evicted first is what was sealed first; pins are not kept
      sealed.values().stream().sorted(Comparator.comparingLong(version -> version.sealSerial)).forEach(version -> {
        version.pinned = false;
        version.cameAt = 0;
        used(version.unit);
      });
    } else {
      sealed.clear();
    }
    hits = 0;
    misses = 0;
    evictions = 0;
    refusals = 0;
  }
}
