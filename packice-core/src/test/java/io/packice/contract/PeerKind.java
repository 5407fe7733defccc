package io.packice.contract;

import io.packice.backends.memory.InMemoryLeaseStore;
import io.packice.core.BlobStore;
import io.packice.core.LocalPeer;
import io.packice.core.Peer;
import io.packice.core.TimeSource;
import java.nio.file.Path;
import java.util.function.Function;

/** A kind of peer that a contract is tested for: how to start one, and what it can do that others cannot. */
public interface PeerKind {
  /**
   * A peer that runs.
   *
   * @param peer closed by the test
   * @param chores does at once what the peer would do in the background, for tests that move the time by hand
   */
  record Running(Peer peer, Runnable chores) {
  }

  /**
   * Starts a peer.
   *
   * @param folder the test's own; a persistent peer finds there what an earlier one has sealed
   * @param capacityBytes what new objects have room in
   * @param time what everything is timed by
   */
  Running start(Path folder, long capacityBytes, TimeSource time);

  /**
   * How many bytes, besides its capacity, the peer keeps of what must leave to make room; an object of just so many does not fit the
   * capacity itself. 0 if what must leave is evicted.
   */
  default long overflowBytes(long capacityBytes) {
    return 0;
  }

  /** Whether a draft that somebody can still write to is sealed as a copy; if not, the seal is refused. */
  default boolean sealsACopyOfWhatIsMapped() {
    return false;
  }

  /**
   * Whether a refusal to seal several drafts together comes before the first of them is visible, so that all stay; if not, those that were
   * sealed already are discarded.
   */
  default boolean freezesAllBeforeItSealsOne() {
    return true;
  }

  /** Whether who has a lease on a member of a group keeps what the group consisted of when it was given. */
  default boolean keepsWhatReadersBeganWith() {
    return true;
  }

  /** A peer of this host over a store for bytes. */
  static PeerKind over(Function<Path, BlobStore> newStore) {
    return (folder, capacityBytes, time) -> {
      LocalPeer peer = new LocalPeer(newStore.apply(folder), new InMemoryLeaseStore(time), capacityBytes, time);
      return new Running(peer, peer::runChores);
    };
  }
}
