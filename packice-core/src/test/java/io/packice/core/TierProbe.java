package io.packice.core;

import java.util.List;
import java.util.function.Supplier;

/** Looks into one tier of a peer that has two. */
public final class TierProbe {
  private final PeerState state;
  private final Tier tier;
  private final BlobStore store;

  private TierProbe(LocalPeer peer, boolean isHot) {
    Places places = peer.state().places;
    this.state = peer.state();
    this.tier = isHot ? places.upper : places.lower;
    this.store = isHot ? null : peer.tiers.lowerStore;
  }

  /** The tier that new objects come to. */
  public static TierProbe hot(LocalPeer peer) {
    return new TierProbe(peer, true);
  }

  /** The tier that they go down to. */
  public static TierProbe cold(LocalPeer peer) {
    return new TierProbe(peer, false);
  }

  private <T> T locked(Supplier<T> look) {
    state.lock.lock();
    try {
      return look.get();
    } finally {
      state.lock.unlock();
    }
  }

  /** What has a copy there. */
  public List<String> ids() {
    return locked(() -> {
      state.endWhatIsDue();
      return state.namespace.sealedFrom("", null).filter(entry -> entry.tier == tier || entry.lower != null)
          .map(entry -> entry.object.id().value()).toList();
    });
  }

  /** What could be evicted there, but of a group. */
  public long idleBytesBut(String group) {
    return locked(() -> tier.eviction.idleUnits(Long.MAX_VALUE).stream()
        .filter(unit -> group == null || !group.equals(unit.group)).mapToLong(unit -> unit.bytes).sum());
  }

  /** What it could take if every lease ended. */
  public PeerRoom room() {
    long storable = store.freeBytes(0);
    return locked(() -> tier.room(storable));
  }
}
