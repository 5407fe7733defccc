package io.packice.peers.tiered;

import io.packice.core.Caller;
import io.packice.core.LocalPeer;
import io.packice.core.Peer;
import io.packice.core.PeerStats;
import io.packice.core.Session;
import io.packice.core.TierStatus;
import io.packice.core.Tiering;
import io.packice.core.Tiers;
import io.packice.core.TimeSource;
import io.packice.peers.tiered.TieringPolicy.OnClose;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * One peer with two tiers: a <b>hot</b> one that is small and fast, such as shared memory, over a <b>cold</b> one that is large and may outlive
 * the process, such as files. It is made of two peers of this process, of any kind that has its objects to itself and one store; it takes over these stores and
 * what is sealed in them, and the two cannot be used any more. The rules:
 *
 * <h2>Where objects are</h2>
 * <ul>
 * <li><b>Create</b> goes to the hot tier. If it has no room, idle objects are demoted first, in the creator's thread and only if that
 * makes room enough. What is larger than the hot tier, or does not fit even so, goes to the cold tier, which evicts as any peer does. What
 * neither takes is refused with the numbers of both. A draft without sizes that has outgrown the hot tier at its seal is copied, and sealed
 * in the cold one; its creator must have unmapped it by then, or the object has what was there when each part was copied.
 * <li><b>Demotion</b>: when the live bytes of the hot tier pass the high watermark, a background thread copies what is idle and not pinned to
 * the cold tier, the least recently used first and groups as a whole, until the low watermark is reached. A copy is sealed in the cold tier
 * before its source leaves the hot one, so an object on its way is always in one or in both, and nobody who reads it waits or notices.
 * <li><b>Reading</b> looks into the hot tier, then into the cold one, and serves from where the object is. An object that is read from the
 * cold tier twice within the {@linkplain TieringPolicy#promotionWindow window} is <b>promoted</b>: copied to the hot tier in the
 * background, unless it is larger than the low watermark or finds no room. The cold copy stays, so that nothing is lost with the
 * hot tier; leases on it stay valid, and later reads are served by the hot one. Demoting such an object again copies nothing.
 * <li><b>Eviction</b> happens in the cold tier alone, in its order. The hot tier evicts nothing for want of room: what cannot be demoted stays, and its room is
 * refused. An eviction there of an object that the hot tier has too counts as one, but nothing is lost by it. When a group is evicted there
 * of which the hot tier has other members, idle too, these go with it: the group goes as a whole. For want of heap, what is idle in the cold tier goes first, and
 * then what is idle in the hot one.
 * <li>A lease, a draft or a pin on one member of a <b>group</b> protects all of them from eviction, whichever tiers they are in.
 * </ul>
 *
 * <h2>One object is never two</h2>
 * <ul>
 * <li>There is one namespace, one table of leases and one lock: an object, a lease, a pin, a group is the peer's, and a tier is where bytes lie at the moment. What
 * is in both tiers is the same version, listed once, with the bytes of both copies.
 * <li><b>Discard and replace</b> wait until nobody copies what leaves, and remove both copies, from the cold tier first, before they return.
 * <li>An <b>object TTL</b> goes on with the copy: after a restart, it has what was left when the copy was begun.
 * <li>Who reads a group {@linkplain io.packice.core.AcquireRequest#withAsOf as of} a lease keeps what of it is replaced, discarded or expires meanwhile, in whichever
 * tiers it was.
 * <li>A lease on an object that is in both tiers keeps it in both.
 * </ul>
 *
 * <h2>What survives</h2>
 * When the process is killed, the cold tier has what it would have alone: every object that was demoted, promoted from it or sealed in it, if
 * it is persistent. <b>What only a hot tier in memory has dies with the process</b>: sealing there is no promise to survive. Of an
 * object that is being replaced or discarded at that moment, the one version or the other is there, or none after a discard; a version whose
 * discard or replacement has returned never comes back. {@link #flush} copies to the cold tier all that only the hot one has, and
 * {@link OnClose#DEMOTE} does so at an orderly close: such a peer looks whether the cold tier could take it, and its disk too, before it accepts an
 * object, and refuses what it could not keep. If both tiers are persistent, and a kill left an id in both, the hot one is right.
 *
 * <p>Safe from any thread. Whoever made the peer closes it, and the tiers with it.
 */
public final class TieredPeer implements Peer {
  final LocalPeer local;
  private final Tiers tiers;
  private final AtomicBoolean closed = new AtomicBoolean();

  /** Who moves objects. */
  enum Pace {
    /** A daemon thread, as soon as it is due. */
    BACKGROUND,
    /** Whoever calls {@link TieredPeer#runChores}, and whoever needs room. */
    BY_HAND
  }

  TieredPeer(Peer hot, Peer cold, TieringPolicy policy, TimeSource time, Pace pace) {
    this.tiers = Tiers.over(hot, cold, time, new Tiering(policy.highWatermark(), policy.lowWatermark(),
        policy.promotionWindow(), policy.onClose() == OnClose.DEMOTE, pace == Pace.BACKGROUND));
    this.local = tiers.peer();
  }

  /**
   * Puts one peer over another, by {@link TieringPolicy#DEFAULT}.
   *
   * @param hot the small and fast one; its sessions end, and it cannot be used by itself any more
   * @param cold the large one, of at least the same capacity; the same goes for it
   * @return a new peer, which serves what the tiers have; the caller closes it. If this throws, the tiers stay the caller's, as they were
   * @throws IllegalArgumentException if the cold tier is the smaller one, or a tier is {@linkplain Peer#isShared shared}, has two tiers itself, or no store in
   *     this process
   */
  public static TieredPeer over(Peer hot, Peer cold) {
    return over(hot, cold, TieringPolicy.DEFAULT);
  }

  /**
   * Puts one peer over another.
   *
   * @param hot the small and fast one; its sessions end, and it cannot be used by itself any more
   * @param cold the large one, of at least the same capacity; the same goes for it
   * @param policy when objects move
   * @return a new peer, which serves what the tiers have; the caller closes it. If this throws, the tiers stay the caller's, as they were
   * @throws IllegalArgumentException if the cold tier is the smaller one, or a tier is {@linkplain Peer#isShared shared}, has two tiers itself, or no store in
   *     this process
   */
  public static TieredPeer over(Peer hot, Peer cold, TieringPolicy policy) {
    return new TieredPeer(hot, cold, policy, TimeSource.SYSTEM, Pace.BACKGROUND);
  }

  @Override
  public Session openSession(Caller caller) {
    requireOpen();
    Session session = local.openSession(caller);
    if (closed.get()) { // closed meanwhile, and may have missed this one
      session.close();
      requireOpen();
    }
    return session;
  }

  @Override
  public Optional<LocalPeer> local() {
    return Optional.of(local);
  }

  private void requireOpen() {
    if (closed.get()) {
      throw new IllegalStateException("Cannot use this peer: it is closed");
    }
  }

  /**
   * The peer tier by tier.
   *
   * @return the numbers now
   * @throws IllegalStateException if the peer is closed
   */
  public TierStats tiers() {
    requireOpen();
    PeerStats stats = tiers.stats();
    TierStatus hot = stats.tiers().getFirst();
    TierStatus cold = stats.tiers().getLast();
    return new TierStats(hot.stats(), cold.stats(), cold.arrivals(), cold.arrivedBytes(), hot.arrivals(),
        hot.arrivedBytes());
  }

  /**
   * Copies to the cold tier all sealed objects that only the hot tier has, pinned and leased ones too; nothing leaves the hot tier. What
   * was sealed before the call is in the cold tier after it, and survives a kill if that is persistent. What is discarded, or is being
   * replaced, during the call is left alone.
   *
   * @throws io.packice.core.CapacityExceededException if the cold tier has no room for some; the others are copied. Discard or release
   *     something and flush again
   * @throws io.packice.core.StorageException if the cold tier refuses some; the others are copied
   * @throws IllegalStateException if the peer is closed
   */
  public void flush() {
    requireOpen();
    tiers.copyDown();
  }

  /**
   * Does now what the background thread would do next: promotes what has earned it, demotes if the high watermark is passed, ends what has
   * passed its TTL. For tests that move the time by hand.
   */
  public void runChores() {
    requireOpen();
    tiers.move();
  }

  /**
   * Ends every session, does what the policy says about objects that only the hot tier has, and closes both tiers. One object that cannot be
   * kept is no reason not to keep the others.
   *
   * @throws io.packice.core.StorageException if the policy is to keep objects that could not be: it names them, and so does the log, each with the
   *     reason. All is closed by then
   */
  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      local.close();
    }
  }
}
