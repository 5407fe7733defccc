package io.packice.core;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What one peer leaves to another that is made of it.
 *
 * @param blobs its store
 * @param leases where its leases were known besides
 * @param capacityBytes the most bytes that it holds
 * @param usualRoom what is made room of for a request that leaves it open
 * @param bookkeepingBytes the most that it keeps on the heap
 * @param quarantined how many damaged objects are set aside
 * @param objects what is sealed, the least recently used first
 * @param pinned the pinned ones among them
 */
record Handover(BlobStore blobs, LeaseStore leases, long capacityBytes, AcquireRequest.Room usualRoom,
    long bookkeepingBytes, long quarantined, List<BlobStore.Recovered> objects, Set<ObjectId> pinned) {

  /** All that a peer has, which is the caller's to end in the same step. */
  Handover(BlobStore blobs, LeaseStore leases, PeerState state) {
    this(blobs, leases, state.top.ledger.capacity, state.top.usualRoom, state.books.limit, state.top.quarantined,
        new ArrayList<>(), new HashSet<>());
    Set<ObjectEntry> seen = new HashSet<>();
    long now = state.now();
    List<ObjectEntry> all = new ArrayList<>();
    state.eviction.idle(Long.MAX_VALUE).forEachRemaining(all::add);
    Stream.concat(all.stream(), state.namespace.sealedFrom("", null)).filter(seen::add)
        .forEach(entry -> {
          objects.add(new BlobStore.Recovered(entry.object, Objects.requireNonNull(entry.sealed),
              Duration.ofNanos(now - entry.sealedAtNanos)));
          if (entry.pinned) {
            pinned.add(entry.object.id());
          }
        });
  }

  static void requireFit(LocalPeer hot, LocalPeer cold) {
    long hotBytes = hot.state().top.ledger.capacity;
    long coldBytes = cold.state().top.ledger.capacity;
    if (hot == cold) {
      throw new IllegalArgumentException("Cannot put a peer over itself; give two");
    }
    if (coldBytes < hotBytes) {
      throw new IllegalArgumentException("Cannot put a hot tier of " + hotBytes + " bytes over a cold one of "
          + coldBytes + "; the cold one must hold at least as many");
    }
  }

  /** What a tier is made of: refused before anything is changed. */
  static LocalPeer storeOf(String tier, Peer peer) {
    if (peer.isShared()) {
      throw new IllegalArgumentException("Cannot use a peer of a shared folder as the " + tier
          + " tier: 2 or more peers "
          + "change what is in it, and the other tier would not follow; use it alone, or tier over a FileSystemPeer");
    }
    LocalPeer local = peer.local().orElseThrow(() -> new IllegalArgumentException("Cannot use "
        + peer.getClass().getSimpleName() + " as the " + tier
        + " tier: it has no store in this process; give a MemoryPeer or a FileSystemPeer"));
    if (local.state().places != null) {
      throw new IllegalArgumentException(
          "Cannot use a peer of two tiers as the " + tier + " tier: there are two at most; give peers that have one");
    }
    local.state().locked(() -> {
      local.state().requireOpen();
      return local;
    });
    return local;
  }

  /** One state of both. Of two versions of an object, which a kill in the middle of a replacement may leave, the newer one is in the upper tier. */
  static PeerState join(Handover upper, Handover lower, LeaseTable leases, TimeSource time, Tiering tiering) {
    lower.leases.close();
    EvictionOrder order = EvictionOrder.ofTwoTiers();
    Tier cold = new Tier("cold", lower.blobs.commons(), lower.capacityBytes, order.lower(), lower.usualRoom, null);
    Tier hot = new Tier("hot", upper.blobs.commons(), upper.capacityBytes, order, lower.usualRoom, cold);
    hot.quarantined = upper.quarantined;
    cold.quarantined = lower.quarantined;
    hot.bookkeepingLimit = upper.bookkeepingBytes;
    cold.bookkeepingLimit = lower.bookkeepingBytes;
    Bookkeeping books = new Bookkeeping(upper.bookkeepingBytes + lower.bookkeepingBytes);
    PeerState state = new PeerState(leases, hot, books, time, tiering);
    lower.enter(state, cold);
    upper.enter(state, hot);
    return state;
  }

  private void enter(PeerState state, Tier tier) {
    for (BlobStore.Recovered object : objects) {
      ObjectEntry old = state.namespace.sealed(object.object().id());
      if (old != null) {
        state.discardSealed(old);
      }
      ObjectEntry entry = state.enter(object, tier);
      if (pinned.contains(object.object().id())) {
        state.pin(entry);
      }
    }
  }
}
