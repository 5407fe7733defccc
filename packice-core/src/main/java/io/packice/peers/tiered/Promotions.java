package io.packice.peers.tiered;

import io.packice.core.ObjectId;
import io.packice.core.TimeSource;
import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Which objects have earned their promotion: the second read from the cold tier within the window. Safe from any thread. */
final class Promotions {
  private static final int MAX_REMEMBERED = 1 << 16;

  private final TimeSource time;
  private final long windowNanos;
  private final Runnable due;
  private final Map<ObjectId, Long> hits = new LinkedHashMap<>(16, 0.75f, true) { // guarded by this
    private static final long serialVersionUID = 1;

    @Override
    protected boolean removeEldestEntry(Map.Entry<ObjectId, Long> eldest) {
      return size() > MAX_REMEMBERED;
    }
  };
  private final Set<ObjectId> queue = new LinkedHashSet<>(); // guarded by this

  Promotions(TimeSource time, Duration window, Runnable due) {
    this.time = time;
    this.windowNanos = window.toNanos();
    this.due = due;
  }

  /** Somebody has read the object from the cold tier. */
  void hit(ObjectId id) {
    boolean earned;
    synchronized (this) {
      long now = time.nanoTime();
      Long before = hits.put(id, now);
      earned = before != null && now - before <= windowNanos;
      if (earned) {
        hits.remove(id);
        queue.add(id);
      }
    }
    if (earned) {
      due.run();
    }
  }

  /** The next to promote; null if there is none. */
  synchronized @Nullable ObjectId next() {
    Iterator<ObjectId> first = queue.iterator();
    if (!first.hasNext()) {
      return null;
    }
    ObjectId id = first.next();
    first.remove();
    return id;
  }

  synchronized boolean isEmpty() {
    return queue.isEmpty();
  }
}
