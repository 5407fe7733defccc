package io.packice.peers.tiered;

import io.packice.core.Extent;
import io.packice.core.NotFoundException;
import io.packice.core.ObjectId;
import io.packice.core.ObjectStatus;
import io.packice.core.Retention;
import io.packice.core.StoredObject;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What has left the namespace of both tiers and stays for who reads its group as of before: a lease of the tiered peer's own keeps its bytes in the tier that
 * had it. Objects move between the tiers, which know nothing of that, so the numbers of {@link Retention} are the tiered peer's own. Safe from any thread;
 * what changes an id is called under its lock.
 */
final class TierVersions {
  private final Tier hot;
  private final Tier cold;
  private final Retention<Kept> retention = new Retention<>(); // guarded by this
  /** Of what came in this life and is not known to have left. */
  private final Map<ObjectId, Long> cameAt = new HashMap<>(); // guarded by this

  /** A version on its way out, or out. */
  static final class Kept {
    final Tier tier;
    private final StoredObject object;
    private final long cameAt;
    private long leftAt; // guarded by the monitor of TierVersions; 0 if nobody reads as of before
    private Tier.@Nullable OwnLease lease; // guarded by this
    private boolean isOver; // guarded by this

    private Kept(Tier tier, StoredObject object, long cameAt) {
      this.tier = tier;
      this.object = object;
      this.cameAt = cameAt;
    }

    private synchronized void open(Tier.OwnLease own) {
      if (isOver) {
        own.close();
      } else {
        lease = own;
      }
    }

    private synchronized void outlive() {
      if (lease != null) {
        lease.outlive();
      }
    }

    private synchronized void end() {
      isOver = true;
      if (lease != null) {
        lease.close();
      }
    }

    StoredObject object() {
      return object;
    }

    /** Its bytes for one more reader, who is counted already. */
    synchronized Extent openReader() {
      return Objects.requireNonNull(lease).extent().reopen(Extent.Access.READ_ONLY);
    }

    private synchronized boolean hasBytes() {
      return lease != null && !isOver;
    }
  }

  TierVersions(Tier hot, Tier cold) {
    this.hot = hot;
    this.cold = cold;
  }

  // ---- readers

  synchronized long now() {
    return retention.now();
  }

  /** A reader begins. Gives as of when: now, if it does not say. */
  synchronized long begin(@Nullable String group, long asOf) {
    long since = asOf == 0 ? retention.now() : asOf;
    retention.begin(group, since);
    return since;
  }

  void end(@Nullable String group, long asOf) {
    List<Kept> over;
    synchronized (this) {
      over = retention.end(group, asOf);
    }
    over.forEach(Kept::end);
  }

  /** Finds what has left and lived then, and begins a reader of it; null if there is none. */
  synchronized @Nullable Kept begin(ObjectId id, long asOf) {
    Kept kept = retention.find(id, asOf);
    if (kept == null || !kept.hasBytes()) {
      return null;
    }
    retention.begin(kept.object.group(), asOf);
    return kept;
  }

  /** Whether what an id names now lived then; if it names something. */
  synchronized boolean isOf(ObjectId id, long asOf) {
    return asOf <= retention.now() && cameAt(id) <= asOf;
  }

  // ---- versions

  /** Another number for each version that an id names. */
  synchronized long cameAt(ObjectId id) {
    return cameAt.getOrDefault(id, 0L);
  }

  synchronized void came(ObjectId id) {
    cameAt.put(id, retention.next());
  }

  /** What the id names is about to leave both tiers: its bytes are kept if somebody may ask for it. Null if it names nothing. */
  @Nullable
  Kept leave(ObjectId id) {
    ObjectStatus up = hot.find(id);
    ObjectStatus status = up == null ? cold.find(id) : up;
    if (status == null) {
      return null;
    }
    Kept kept;
    synchronized (this) {
      Long came = cameAt.remove(id);
      kept = new Kept(up == null ? cold : hot, status.object(), came == null ? 0 : came);
      kept.leftAt = retention.leave(kept, id, status.object().group(), kept.cameAt);
      if (kept.leftAt == 0) {
        return kept;
      }
    }
    try {
      kept.open(kept.tier.lease(id));
    } catch (NotFoundException expired) {
      return kept; // at this very moment; nobody finds it without bytes
    } catch (Throwable refused) { // such as no descriptor for its bytes: then it does not leave
      stays(id, kept);
      throw refused;
    }
    return kept;
  }

  /** It has left. */
  void left(@Nullable Kept kept) {
    if (kept != null) {
      kept.outlive();
    }
  }

  /** It has not left after all. */
  void stays(ObjectId id, @Nullable Kept kept) {
    if (kept == null) {
      return;
    }
    synchronized (this) {
      String group = kept.object.group();
      if (kept.leftAt != 0 && group != null) {
        boolean _ = retention.takeBack(id, group, kept.leftAt);
      }
      if (kept.cameAt != 0) {
        cameAt.put(id, kept.cameAt);
      }
    }
    kept.end();
  }

  /** Forgets when things came that the tiers have evicted or ended since: looks at every object. */
  void forgetGone() {
    Map<ObjectId, Long> all;
    synchronized (this) {
      all = Map.copyOf(cameAt);
    }
    all.forEach((id, came) -> {
      if (!hot.has(id) && !cold.has(id)) {
        synchronized (this) {
          cameAt.remove(id, came);
        }
      }
    });
  }
}
