package io.packice.peers.tiered;

import io.packice.core.ObjectId;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One lock for each id that somebody is changing in both tiers. Readers take none, unless they read as of before: they look into the hot
 * tier, then into the cold one, and look again if something has arrived meanwhile.
 */
final class IdLocks {
  private static final int STRIPES = 1024; // a power of two
  private static final int RECENT = 4096;

  private final Map<ObjectId, Counted> locks = new ConcurrentHashMap<>();
  private final AtomicLongArray arrivals = new AtomicLongArray(STRIPES);
  private final @Nullable ObjectId[] recent = new ObjectId[RECENT]; // guarded by this
  private long allArrivals; // guarded by this

  /** A lock, and how many threads have or want it. */
  private static final class Counted {
    final ReentrantLock lock = new ReentrantLock();
    int users; // guarded by the map's own lock on the id

    Counted use() {
      users++;
      return this;
    }
  }

  /** Runs alone for this id. No thread takes a second id's lock while it has one. */
  <T extends @Nullable Object> T with(ObjectId id, Supplier<T> action) {
    Counted counted = locks.compute(id, (_, old) -> (old == null ? new Counted() : old).use());
    counted.lock.lock();
    try {
      return action.get();
    } finally {
      counted.lock.unlock();
      locks.compute(id, (_, old) -> --counted.users == 0 ? null : old);
    }
  }

  void run(ObjectId id, Runnable action) {
    with(id, () -> {
      action.run();
      return null;
    });
  }

  /** A number that changes with every arrival of this id, and now and then of another, in a tier. */
  long arrivals(ObjectId id) {
    return arrivals.get(stripe(id));
  }

  /** How many arrivals there have been. */
  synchronized long arrivals() {
    return allArrivals;
  }

  /** What has arrived since there were so many arrivals; null if that is more than is remembered. */
  synchronized @Nullable Set<ObjectId> arrivedSince(long seen) {
    if (allArrivals - seen > RECENT) {
      return null;
    }
    Set<ObjectId> ids = new HashSet<>();
    for (long i = seen; i < allArrivals; i++) {
      ids.add(Objects.requireNonNull(recent[(int) (i % RECENT)]));
    }
    return ids;
  }

  /**
   * A version of this id has been sealed in a tier: whoever has just not found it looks again. Called before the version leaves the tier from
   * which it came, or what it replaces leaves the other.
   */
  void arrived(ObjectId id) {
    arrivals.incrementAndGet(stripe(id));
    synchronized (this) {
      recent[(int) (allArrivals++ % RECENT)] = id;
    }
  }

  private static int stripe(ObjectId id) {
    int hash = id.hashCode();
    return (hash ^ hash >>> 16) & STRIPES - 1;
  }
}
