package io.packice.core;

import java.util.List;

/**
 * A peer in numbers, all of one moment. The bytes are whole pages, and {@code liveBytes + draftBytes + zombieBytes} never pass
 * {@code capacityBytes}.
 *
 * @param objects sealed objects
 * @param drafts objects that are being made
 * @param leases leases of all kinds
 * @param sessions open sessions
 * @param capacityBytes the most bytes that the peer holds
 * @param liveBytes bytes of sealed objects
 * @param draftBytes bytes set aside for drafts
 * @param zombieBytes bytes of discarded objects that still have a lease, that stay for who reads their group as of before, or that are being freed
 * @param leasedBytes the part of {@code liveBytes} with a lease on it
 * @param pinnedBytes the part of {@code liveBytes} that is pinned
 * @param hits acquires for reading that found their object
 * @param misses acquires for reading that did not
 * @param evictions objects evicted to make room
 * @param refusals acquires refused because there was no room
 * @param quarantined damaged objects that the store has set aside instead of serving them; always 0 in memory
 * @param bookkeepingBytes what names, groups and metadata of objects and what leases take of the heap
 * @param bookkeepingLimitBytes the most that they take
 * @param heap what the Java heap of its process takes of the host
 * @param tiers the tiers that it has, the fastest first; empty if it has only one
 * @param members the peers that share its store, this one included, in the order of their names; empty if it has the store to itself
 */
public record PeerStats(long objects, long drafts, long leases, long sessions, long capacityBytes, long liveBytes,
    long draftBytes, long zombieBytes, long leasedBytes, long pinnedBytes, long hits, long misses, long evictions,
    long refusals, long quarantined, long bookkeepingBytes, long bookkeepingLimitBytes, Heap heap,
    List<TierStatus> tiers, List<MemberStatus> members) {
  /**
   * A Java heap. What is on it besides the books of a peer, such as requests on their way, goes with the next collection.
   *
   * @param usedBytes what is in use, or was and is not collected yet
   * @param committedBytes what the process has of its host for it; no more than that is resident
   * @param limitBytes the most that it may have ({@code -Xmx})
   */
  public record Heap(long usedBytes, long committedBytes, long limitBytes) {
    /** Of a peer that does not say. */
    public static final Heap UNKNOWN = new Heap(0, 0, 0);

    /**
     * That of this process, as it is now.
     *
     * @return its numbers
     */
    public static Heap ofThisProcess() {
      Runtime runtime = Runtime.getRuntime();
      long committed = runtime.totalMemory();
      return new Heap(committed - runtime.freeMemory(), committed, runtime.maxMemory());
    }
  }

  /** Copies the lists. */
  public PeerStats {
    tiers = List.copyOf(tiers);
    members = List.copyOf(members);
  }

  /**
   * How many leases a peer in this process gives at most, by what they may take of the heap.
   *
   * @return a number, at least 0
   */
  public long mostLeases() {
    return Bookkeeping.mostLeases(bookkeepingLimitBytes);
  }

  /**
   * What is left of the capacity without evicting anything.
   *
   * @return bytes, at least 0
   */
  public long freeBytes() {
    return capacityBytes - liveBytes - draftBytes - zombieBytes;
  }
}
