package io.packice.transport.uds;

import io.packice.transport.wire.Wire;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What long messages take of the heap while they are on their way: requests that are not whole yet, and answers that nobody reads. Each is bounded, and here all
 * of them together, however many connections there are: beyond that, those that have been on their way for the longest lose their connections. Safe from any
 * thread.
 */
final class InFlight {
  private static final int PART_OF_HEAP = 8;

  /** Of this process, as the heap is. */
  static final InFlight OF_PROCESS =
      new InFlight(Math.min(Wire.MAX_RESPONSE_BYTES, Runtime.getRuntime().maxMemory() / PART_OF_HEAP));

  /** What is as long as this does not count: each connection takes more in any case. */
  static final int SHORT_BYTES = 4_096;

  private final long mostBytes;
  private final Map<Holder, Long> held = new LinkedHashMap<>(); // guarded by this; who has held for the longest comes first
  private long heldBytes; // guarded by this

  /** Who has a message on its way. */
  interface Holder {
    /** Ends its connection, because others need the memory. */
    void cut(long bytes);
  }

  InFlight(long mostBytes) {
    this.mostBytes = mostBytes;
  }

  /** Somebody's messages take so much now; nothing, if they are short. */
  void hold(Holder holder, long bytes) {
    Map<Holder, Long> slow = new LinkedHashMap<>();
    synchronized (this) {
      long now = bytes > SHORT_BYTES ? bytes : 0;
      Long before = now == 0 ? held.remove(holder) : held.put(holder, now);
      heldBytes += now - (before == null ? 0 : before);
      Iterator<Map.Entry<Holder, Long>> eldest = held.entrySet().iterator();
      while (heldBytes > mostBytes && eldest.hasNext()) {
        Map.Entry<Holder, Long> each = eldest.next();
        if (!each.getKey().equals(holder)) { // one alone is bounded by itself
          heldBytes -= each.getValue();
          slow.put(each.getKey(), each.getValue());
          eldest.remove();
        }
      }
    }
    slow.forEach(Holder::cut);
  }

  /** What all take together. */
  synchronized long heldBytes() {
    return heldBytes;
  }

  /** Who holds, for the longest first. */
  synchronized List<Holder> holders() {
    return new ArrayList<>(held.keySet());
  }
}
