package io.packice.spark.read;

import io.packice.PackiceClient;
import io.packice.arrow.ArrowTable;
import io.packice.arrow.ArrowTables;
import io.packice.arrow.manifest.TableDescription;
import io.packice.core.NotFoundException;
import io.packice.spark.peers.PeerAddress;
import io.packice.spark.peers.Peers;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.spark.SparkEnv;
import org.jspecify.annotations.Nullable;

/**
 * The parts that this JVM has leased and mapped, each once however many tasks read it. After its last user a part lingers: the next query finds its pages mapped,
 * which is worth more than half of the time of a scan. Safe from any thread.
 */
final class MappedParts {
  /** Spark's configuration of how long a part stays leased after its last reader. */
  static final String LINGER = "spark.packice.linger";

  private static final String DEFAULT_LINGER = "2s";

  private static final Map<Key, Entry> ENTRIES = new HashMap<>();
  private static final ReentrantLock LOCK = new ReentrantLock();

  private MappedParts() {
  }

  /** A part as one version of a table sees it: another may have other columns. */
  private record Key(String address, String table, long version, String partId) {
  }

  private static final class Entry {
    final ReentrantLock opening = new ReentrantLock();
    /** Guarded by {@link #LOCK}, as {@link #uses} is. */
    int users;
    /** Counts acquisitions, so that a delayed close notices a later one. */
    long uses;
    /** Guarded by {@link #opening}. */
    @Nullable ArrowTable part;
  }

  private static final class Linger {
    static final ScheduledThreadPoolExecutor TIMER = new ScheduledThreadPoolExecutor(1,
        Thread.ofPlatform().daemon().name("packice-linger").factory());
  }

  /** One use of a part. Whoever acquired it closes it; a second close does nothing. */
  static final class Use implements AutoCloseable {
    private final Key key;
    private final Entry entry;
    private final ArrowTable part;
    private final AtomicBoolean closed = new AtomicBoolean();

    private Use(Key key, Entry entry, ArrowTable part) {
      this.key = key;
      this.entry = entry;
      this.part = part;
    }

    ArrowTable part() {
      return part;
    }

    @Override
    public void close() {
      if (closed.compareAndSet(false, true)) {
        release(key, entry);
      }
    }
  }

  /**
   * Leases and maps a part, or joins those who use it.
   *
   * @throws NotFoundException if it is gone: the table was replaced or dropped, and nobody keeps the version any more
   */
  static Use acquire(PeerAddress peer, TableDescription table, Slice slice) {
    Key key = new Key(peer.here(), table.name(), table.version(), slice.partId());
    Entry entry;
    LOCK.lock();
    try {
      entry = ENTRIES.computeIfAbsent(key, _ -> new Entry());
      entry.users++;
      entry.uses++;
    } finally {
      LOCK.unlock();
    }
    entry.opening.lock();
    try {
      ArrowTable part = entry.part;
      if (part == null) {
        part = Peers.read(peer, client -> open(client, peer, table, slice));
        entry.part = part;
      }
      return new Use(key, entry, part);
    } catch (Throwable failure) {
      release(key, entry);
      throw failure;
    } finally {
      entry.opening.unlock();
    }
  }

  private static ArrowTable open(PackiceClient client, PeerAddress peer, TableDescription table, Slice slice) {
    try {
      return new ArrowTables(client).open(table.withParts(List.of(slice.part())));
    } catch (NotFoundException gone) {
      throw new NotFoundException("Cannot read version " + table.version() + " of table " + table.name() + ": part "
          + slice.partId() + " is gone from " + peer.here()
          + ", because the table was replaced or dropped since this was planned, and the query that it was planned for is over; "
          + "plan it anew, or write the table with a history",
          gone);
    }
  }

  private static void release(Key key, Entry entry) {
    long uses;
    LOCK.lock();
    try {
      if (--entry.users > 0) {
        return;
      }
      uses = entry.uses;
    } finally {
      LOCK.unlock();
    }
    long lingerMs = lingerMs();
    if (lingerMs == 0) {
      closeIfUnused(key, entry, uses);
    } else {
      var _ = Linger.TIMER.schedule(() -> closeIfUnused(key, entry, uses), lingerMs, TimeUnit.MILLISECONDS);
    }
  }

  private static long lingerMs() {
    SparkEnv env = SparkEnv.get();
    return env == null ? 0 : env.conf().getTimeAsMs(LINGER, DEFAULT_LINGER);
  }

  private static void closeIfUnused(Key key, Entry entry, long uses) {
    LOCK.lock();
    try {
      if (entry.users > 0 || entry.uses != uses || !ENTRIES.remove(key, entry)) {
        return;
      }
    } finally {
      LOCK.unlock();
    }
    // Nobody can find it any more
    entry.opening.lock();
    try {
      if (entry.part != null) {
        entry.part.close();
      }
    } finally {
      entry.opening.unlock();
    }
  }
}
