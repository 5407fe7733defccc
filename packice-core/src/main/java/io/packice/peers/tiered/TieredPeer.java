package io.packice.peers.tiered;

import io.packice.core.AllOf;
import io.packice.core.Caller;
import io.packice.core.ObjectId;
import io.packice.core.ObjectPage;
import io.packice.core.ObjectStatus;
import io.packice.core.Peer;
import io.packice.core.Session;
import io.packice.core.TimeSource;
import io.packice.peers.tiered.TieringPolicy.OnClose;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * One peer over two: a <b>hot</b> tier that is small and fast, such as shared memory, over a <b>cold</b> one that is large and may outlive
 * the process, such as files. Any peer will do for either; they belong to the tiered peer, and nobody else may use them. The rules:
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
 * <li><b>Eviction</b> happens in the cold tier alone, in its order. The hot tier never evicts: what cannot be demoted stays, and its room is
 * refused. An eviction there of an object that the hot tier has too counts as one, but nothing is lost by it. When a group is evicted there
 * of which the hot tier has other members, idle too, these follow soon after: the group goes as a whole.
 * <li>A lease, a draft or a pin on one member of a <b>group</b> protects all of them from eviction, whichever tiers they are in.
 * </ul>
 *
 * <h2>One object is never two</h2>
 * <ul>
 * <li>What is in both tiers is the same version, listed once, with the bytes and leases of both copies.
 * <li><b>Discard, pin and unpin</b> cover both tiers, whichever the lease is in. The copy in the cold tier goes first.
 * <li><b>Replace</b>: the seal makes the new version visible in its tier, and then removes the old one from the other, before it returns. A
 * move of the old version that is under way is cancelled; its copy is never sealed.
 * <li>An <b>object TTL</b> goes on with the copy: it gets what is left when the copy is begun, so a copied object may live longer by the
 * time that copying took.
 * <li>Who reads a group {@linkplain io.packice.core.AcquireRequest#withAsOf as of} a lease keeps what of it is replaced or discarded meanwhile, by leases of the
 * tiered peer's own in the tier that had it, whichever tiers the group is in by then. What ends by an object TTL is kept in the tier that the lease is in.
 * <li>A lease is given in one tier and has a fence of the tiered peer's own. Releasing it, its TTL and the end of its session work as
 * for any peer.
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
  final Tier hot;
  final Tier cold;
  private final TieringPolicy policy;
  private final TimeSource time;
  private final Mover mover;
  private final Moves moves;
  private final TierGroups groups;
  private final TierLeases leases;
  private final TierVersions versions;
  private final TieredObjects objects;
  private final TieredView view;
  private final TierChores chores;
  private final AtomicBoolean closed = new AtomicBoolean();

  /** Who does the chores. */
  enum Pace {
    /** A daemon thread, as soon as they are due. */
    BACKGROUND,
    /** Whoever calls {@link TieredPeer#runChores}, and nobody else. */
    BY_HAND
  }

  TieredPeer(Peer hotPeer, Peer coldPeer, TieringPolicy policy, TimeSource time, Pace pace) {
    requireAlone("hot", hotPeer);
    requireAlone("cold", coldPeer);
    this.policy = policy;
    this.time = time;
    this.hot = new Tier(hotPeer);
    this.cold = new Tier(coldPeer);
    IdLocks ids = new IdLocks();
    this.leases = new TierLeases(time, hot.stats().mostLeases() + cold.stats().mostLeases());
    this.versions = new TierVersions(hot, cold);
    this.moves = new Moves(leases);
    this.groups = new TierGroups(cold, time);
    this.mover = new Mover(hot, cold, ids, moves, groups);
    Promotions promotions = new Promotions(time, policy.promotionWindow(), this::promotionIsDue);
    Keeping keeping = new Keeping(hot, cold, mover, policy.onClose() == OnClose.DEMOTE);
    this.objects = new TieredObjects(hot, cold, ids, leases, versions, moves, groups, mover, keeping, promotions, time,
        new Events());
    this.view = new TieredView(hot, cold, ids, mover, objects);
    this.chores =
        new TierChores(hot, cold, leases, versions, groups, mover, promotions, time, policy, objects::endWhatIsDue);
    try {
      requireLargeEnough();
      recover();
    } catch (RuntimeException failure) {
      hot.endSession();
      cold.endSession();
      throw failure;
    }
    if (pace == Pace.BACKGROUND) {
      chores.start();
    }
  }

  private static void requireAlone(String tier, Peer peer) {
    if (peer.isShared()) {
      throw new IllegalArgumentException("Cannot use a peer of a shared folder as the " + tier
          + " tier: 2 or more peers "
          + "change what is in it, and the other tier would not follow; use it alone, or tier over a FileSystemPeer");
    }
  }

  private void requireLargeEnough() {
    if (cold.capacityBytes < hot.capacityBytes) {
      throw new IllegalArgumentException("Cannot put a hot tier of " + hot.capacityBytes + " bytes over a cold one of "
          + cold.capacityBytes + "; the cold one must hold at least as many");
    }
  }

  /** Passes on to the chores, which are made last. */
  private final class Events implements TieredObjects.Events {
    @Override
    public void sealed() {
      chores.sealed();
    }

    @Override
    public void released() {
      chores.released();
    }

    @Override
    public void timed(Duration ttl) {
      chores.timed(ttl);
    }
  }

  private void promotionIsDue() {
    chores.wake();
  }

  /** After a kill in the middle of a replacement, two persistent tiers may have different versions: the newer one is in the hot tier. */
  private void recover() {
    ObjectId after = null;
    do {
      ObjectPage page = hot.session().list("", after, ObjectPage.MAX_LIMIT);
      page.objects().stream().map(ObjectStatus::object).forEach(object -> cold.discard(object.id()));
      after = page.next();
    } while (after != null);
    groups.recover();
  }

  /**
   * Puts one peer over another, by {@link TieringPolicy#DEFAULT}.
   *
   * @param hot the small and fast one; closed with the tiered peer
   * @param cold the large one, of at least the same capacity; closed with the tiered peer
   * @return a new peer, which serves what the tiers have; the caller closes it. If this throws, the tiers stay the caller's
   * @throws IllegalArgumentException if the cold tier is the smaller one, or a tier is {@linkplain Peer#isShared shared}
   */
  public static TieredPeer over(Peer hot, Peer cold) {
    return over(hot, cold, TieringPolicy.DEFAULT);
  }

  /**
   * Puts one peer over another.
   *
   * @param hot the small and fast one; closed with the tiered peer
   * @param cold the large one, of at least the same capacity; closed with the tiered peer
   * @param policy when objects move
   * @return a new peer, which serves what the tiers have; the caller closes it. If this throws, the tiers stay the caller's
   * @throws IllegalArgumentException if the cold tier is the smaller one, or a tier is {@linkplain Peer#isShared shared}
   */
  public static TieredPeer over(Peer hot, Peer cold, TieringPolicy policy) {
    return new TieredPeer(hot, cold, policy, TimeSource.SYSTEM, Pace.BACKGROUND);
  }

  @Override
  public Session openSession(Caller caller) {
    requireOpen();
    TieredSession session = new TieredSession(objects, view, hot, cold, caller, time.nanoTime());
    objects.sessions.add(session);
    if (closed.get()) { // closed meanwhile, and may have missed this one
      session.close();
      requireOpen();
    }
    return session;
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
    return new TierStats(hot.stats(), cold.stats(), mover.demotions.sum(), mover.demotedBytes.sum(),
        mover.promotions.sum(), mover.promotedBytes.sum());
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
    List<Unkept> unkept = mover.copyAllDown();
    if (!unkept.isEmpty()) {
      throw Unkept.failure(unkept);
    }
  }

  /**
   * Does now what the background thread would do next: promotes what has earned it, demotes if the high watermark is passed, ends what has
   * passed its TTL. For tests that move the time by hand.
   */
  public void runChores() {
    requireOpen();
    chores.run();
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
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    moves.cancelAll();
    AllOf.run(List.of(chores::close, this::endSessions, this::keep, groups::close, hot::close, cold::close),
        Runnable::run);
  }

  private void endSessions() {
    AllOf.run(List.copyOf(objects.sessions), TieredSession::close);
    AllOf.run(leases.takeAll(), objects::end);
  }

  private void keep() {
    if (policy.onClose() == OnClose.DEMOTE) {
      List<Unkept> unkept = mover.bringAllDown();
      unkept.forEach(Log::cannotKeep);
      if (!unkept.isEmpty()) {
        throw Unkept.lost(unkept);
      }
    }
  }
}
