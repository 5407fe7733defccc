package io.packice.spark.read;

import io.packice.arrow.ArrowTables;
import io.packice.arrow.LeasedTable;
import io.packice.arrow.manifest.TableDescription;
import io.packice.spark.peers.PeerAddress;
import io.packice.spark.peers.Peers;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.spark.network.util.JavaUtils;
import org.apache.spark.sql.SparkSession;
import org.jspecify.annotations.Nullable;

/**
 * The versions of tables that this driver keeps for its queries, under a lease on the manifest of each: so tasks find the parts, in whichever process, although the
 * table is replaced or dropped meanwhile. Safe from any thread.
 */
public final class LeasedVersions {
  /** Spark's configuration of how long a version that was looked up before a query began is kept for it. */
  public static final String GRACE = "spark.packice.planning";

  private static final String DEFAULT_GRACE = "10s";

  private static final Map<Key, Version> HELD = new HashMap<>();
  private static final ReentrantLock LOCK = new ReentrantLock();
  /** What a thread has looked up for a query that it is to run. */
  private static final ThreadLocal<List<Use>> PLANNED = ThreadLocal.withInitial(ArrayList::new);

  private LeasedVersions() {
  }

  private record Key(String address, String table, long version, long asOf) {
    static Key of(PeerAddress peer, TableDescription table) {
      return new Key(peer.here(), table.name(), table.version(), table.asOf());
    }
  }

  private static final class Version {
    final LeasedTable table;
    /** Guarded by {@link #LOCK}. */
    int users;

    Version(LeasedTable table) {
      this.table = table;
    }
  }

  /** One use of a version, which is kept until the last is closed; a second close does nothing. */
  static final class Use implements AutoCloseable {
    private final Key key;
    private final Version version;
    private final AtomicBoolean closed = new AtomicBoolean();

    private Use(Key key, Version version) {
      this.key = key;
      this.version = version;
    }

    TableDescription table() {
      return version.table.description();
    }

    private boolean isOf(PeerAddress peer, String table) {
      return key.address.equals(peer.here()) && key.table.equals(table);
    }

    @Override
    public void close() {
      if (closed.compareAndSet(false, true)) {
        release(key, version);
      }
    }
  }

  /**
   * Looks a table up, and keeps the version: until the query ends that this thread runs, or, since Spark looks tables up before it runs a query, too, until the next
   * one ends, but not for long.
   *
   * @param peer where
   * @param table its name
   * @param version which, from 1; null for the current one
   * @return what it consists of
   * @throws io.packice.core.NotFoundException if there is no such table, or it does not keep this version
   * @throws io.packice.core.NotSealedException if it is being written for the first time
   * @throws io.packice.arrow.manifest.TableFormatException if the object of that name is no table, or one that this cannot read
   */
  public static TableDescription describe(PeerAddress peer, String table, @Nullable Long version) {
    long graceMs = graceMs();
    Use use = lease(peer, table, version);
    QueryLeases.keep(use, graceMs);
    PLANNED.get().removeIf(planned -> planned.closed.get());
    PLANNED.get().add(use);
    return use.table();
  }

  /** What this thread has looked up for the query that it runs now, which is the caller's from now on. */
  static List<Use> takePlanned() {
    List<Use> planned = PLANNED.get();
    PLANNED.remove();
    return planned;
  }

  /**
   * This thread has replaced or dropped a table, so the version that it had looked up for that need not take room any longer.
   *
   * @param peer where
   * @param table its name
   */
  public static void endPlanning(PeerAddress peer, String table) {
    PLANNED.get().stream().filter(use -> use.isOf(peer, table)).forEach(Use::close);
  }

  private static long graceMs() {
    return JavaUtils.timeStringAs(SparkSession.active().conf().get(GRACE, DEFAULT_GRACE), TimeUnit.MILLISECONDS);
  }

  /** Like {@link #describe}, for a caller who knows when to close it. */
  static Use lease(PeerAddress peer, String table, @Nullable Long version) {
    ArrowTables tables = new ArrowTables(Peers.client(peer));
    LeasedTable held = version == null ? tables.lease(table) : tables.lease(table, version);
    Key key = Key.of(peer, held.description());
    Version kept;
    LOCK.lock();
    try {
      kept = HELD.computeIfAbsent(key, _ -> new Version(held));
      kept.users++;
    } finally {
      LOCK.unlock();
    }
    if (kept.table != held) {
      held.close();
    }
    return new Use(key, kept);
  }

  /** One more use of a version that is kept; null if it is not any more. */
  static @Nullable Use join(PeerAddress peer, TableDescription table) {
    Key key = Key.of(peer, table);
    LOCK.lock();
    try {
      Version kept = HELD.get(key);
      if (kept == null) {
        return null;
      }
      kept.users++;
      return new Use(key, kept);
    } finally {
      LOCK.unlock();
    }
  }

  private static void release(Key key, Version version) {
    LOCK.lock();
    try {
      if (--version.users > 0) {
        return;
      }
      HELD.remove(key, version);
    } finally {
      LOCK.unlock();
    }
    version.table.close();
  }
}
