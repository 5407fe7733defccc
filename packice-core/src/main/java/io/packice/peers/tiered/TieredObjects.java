package io.packice.peers.tiered;

import io.packice.core.AcquireRequest;
import io.packice.core.AcquireRequest.Binding;
import io.packice.core.AcquireRequest.IfExists;
import io.packice.core.AcquireRequest.Room;
import io.packice.core.AllOf;
import io.packice.core.AlreadyExistsException;
import io.packice.core.Blob;
import io.packice.core.CapacityExceededException;
import io.packice.core.Extent;
import io.packice.core.Grant;
import io.packice.core.Intent;
import io.packice.core.Lease;
import io.packice.core.LeaseExpiredException;
import io.packice.core.LeaseId;
import io.packice.core.NotFoundException;
import io.packice.core.NotPermittedException;
import io.packice.core.NotSealedException;
import io.packice.core.ObjectId;
import io.packice.core.ObjectStatus;
import io.packice.core.Session;
import io.packice.core.SessionStatus;
import io.packice.core.StoredObject;
import io.packice.core.TimeSource;
import io.packice.peers.tiered.TierLeases.Claim;
import io.packice.peers.tiered.TierLeases.Entry;
import io.packice.peers.tiered.TierLeases.Place;
import io.packice.peers.tiered.TierLeases.Placed;
import io.packice.peers.tiered.TierLeases.Work;
import io.packice.peers.tiered.TierVersions.Kept;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** What clients do with objects and leases of a {@link TieredPeer}; its rules stand there. */
final class TieredObjects {
  private static final int MAX_TRIES = 16;

  /** What somebody else may want to look after. */
  interface Events {
    /** There is more in a tier than before. */
    void sealed();

    /** There is more to demote than before. */
    void released();

    /** A lease was given that ends by itself. */
    void timed(Duration ttl);
  }

  final LongAdder hits = new LongAdder();
  final LongAdder misses = new LongAdder();
  final LongAdder refusals = new LongAdder();
  final Set<TieredSession> sessions = Collections.synchronizedSet(new LinkedHashSet<>());

  private final Tier hot;
  private final Tier cold;
  private final IdLocks ids;
  private final TierLeases leases;
  private final TierVersions versions;
  private final Moves moves;
  private final TierGroups groups;
  private final Mover mover;
  private final Keeping keeping;
  private final Promotions promotions;
  private final TimeSource time;
  private final Events events;

  TieredObjects(Tier hot, Tier cold, IdLocks ids, TierLeases leases, TierVersions versions, Moves moves,
      TierGroups groups, Mover mover, Keeping keeping,
      Promotions promotions, TimeSource time, Events events) {
    this.hot = hot;
    this.cold = cold;
    this.ids = ids;
    this.leases = leases;
    this.versions = versions;
    this.moves = moves;
    this.groups = groups;
    this.mover = mover;
    this.keeping = keeping;
    this.promotions = promotions;
    this.time = time;
    this.events = events;
  }

  // ---- acquire

  Grant acquire(TieredSession session, AcquireRequest request) {
    endWhatIsDue();
    return switch (request.intent()) {
      case READ -> request.asOf() == 0 ? leaseSealed(session, request) : leaseAsOf(session, request);
      case WRITE -> leaseSealed(session, request);
      case CREATE -> create(session, request);
      case READ_OR_CREATE -> leaseOrCreate(session, request);
    };
  }

  private Grant leaseSealed(TieredSession session, AcquireRequest request) {
    ObjectId id = Objects.requireNonNull(request.id());
    long startNanos = time.nanoTime();
    while (true) {
      long seen = ids.arrivals(id);
      Grant found = find(session, request, request.intent());
      if (found != null) {
        return found;
      }
      Claim draft = leases.claimOn(id);
      if (seen != ids.arrivals(id)) {
        continue; // it was sealed, or moved, while we looked elsewhere
      }
      if (draft == null || request.intent() == Intent.WRITE) {
        misses.increment();
        throw new NotFoundException("Cannot acquire " + id + ": "
            + (draft == null ? "no such object" : "it is not sealed yet") + "; create it, or look at the listing");
      }
      await(session, request, draft, startNanos);
    }
  }

  /** What the id named then. Nothing comes, goes or moves under it meanwhile. */
  private Grant leaseAsOf(TieredSession session, AcquireRequest request) {
    ObjectId id = Objects.requireNonNull(request.id());
    return ids.with(id, () -> {
      Kept kept = versions.begin(id, request.asOf());
      Grant found = kept != null ? leaseKept(session, request, kept)
          : versions.isOf(id, request.asOf()) ? find(session, request, Intent.READ) : null;
      found = found == null ? findExpired(session, request) : found;
      if (found == null) {
        misses.increment();
        throw NotFoundException.asOf(id, request.asOf());
      }
      return found;
    });
  }

  /** What ended by its TTL, which tiers do by themselves: a tier in which somebody reads as of then keeps it. */
  private @Nullable Grant findExpired(TieredSession session, AcquireRequest request) {
    for (TierLeases.Moment moment : leases.momentsAsOf(request.asOf())) {
      AcquireRequest then = request.withPatience(Duration.ZERO).withAsOf(moment.asOf());
      Tier tier = moment.tier();
      try {
        Placed placed = reading(session, then, tier, session.in(tier).acquire(untimed(then)), request.asOf());
        hits.increment();
        return enter(placed);
      } catch (NotFoundException _) {
        // another reader's tier may have it
      }
    }
    return null;
  }

  private Grant leaseKept(TieredSession session, AcquireRequest request, Kept kept) {
    Extent extent;
    try {
      extent = kept.openReader();
    } catch (Throwable failure) {
      versions.end(kept.object().group(), request.asOf());
      throw failure;
    }
    Lease lease = new Lease(LeaseId.random(), Intent.READ, null, 0, request.asOf(), kept.object());
    Grant grant = enter(new Placed(session, request, kept.tier, new Grant(lease, extent)));
    hits.increment();
    return grant;
  }

  private Grant leaseOrCreate(TieredSession session, AcquireRequest request) {
    ObjectId id = Objects.requireNonNull(request.id());
    long startNanos = time.nanoTime();
    while (true) {
      Grant found = find(session, request, Intent.READ);
      if (found != null) {
        return found;
      }
      Claim draft = leases.claimOn(id);
      if (draft != null) {
        await(session, request, draft, startNanos);
        continue;
      }
      Claim mine = claim(session, id, IfExists.FAIL);
      if (mine != null) {
        misses.increment();
        return allocate(session, request, id, mine);
      }
    }
  }

  /** The object in the tier that has it, the hot one first; null if none has. */
  private @Nullable Grant find(TieredSession session, AcquireRequest request, Intent intent) {
    AcquireRequest now = new AcquireRequest(request.id(), intent, request.ttl(), request.meta(), null, IfExists.FAIL,
        Duration.ZERO, null, null, request.binding(), Room.FREE);
    ObjectId id = Objects.requireNonNull(request.id());
    for (Tier tier : List.of(hot, cold)) {
      long seen = ids.arrivals(id);
      Grant grant;
      try {
        grant = request.asOf() == 0 ? session.in(tier).acquire(untimed(now)) : tier.protect(untimed(now));
      } catch (NotFoundException | NotSealedException elsewhere) {
        continue;
      }
      if (intent == Intent.WRITE) {
        return enter(new Placed(session, now, tier, grant, null, null));
      }
      Placed placed = reading(session, now, tier, grant, request.asOf());
      if (seen != ids.arrivals(id)) { // replaced before it counted as read: what else of its group has left is not kept for it
        giveBack(placed);
        return find(session, request, intent);
      }
      hits.increment();
      if (tier == cold) {
        promotions.hit(id);
      }
      return enter(placed);
    }
    return null;
  }

  /** What is asked of a tier: when the TTL is over, this peer alone decides. */
  private static AcquireRequest untimed(AcquireRequest request) {
    return request.withTtl(request.binding() == Binding.DETACHED ? AcquireRequest.MAX_DURATION : null);
  }

  private Placed reading(TieredSession session, AcquireRequest request, Tier tier, Grant grant, long asOf) {
    Lease theirs = grant.lease();
    long since = versions.begin(theirs.object().group(), asOf);
    Lease lease = new Lease(theirs.id(), Intent.READ, theirs.ttl(), theirs.fence(), since, theirs.object());
    long asOfInTier = theirs.intent() == Intent.READ ? theirs.asOf() : 0;
    return new Placed(session, request, tier, new Grant(lease, grant.extent()), asOfInTier);
  }

  /** Ends what was granted before it was entered. */
  private void giveBack(Placed placed) {
    Lease lease = placed.grant().lease();
    placed.grant().extent().close();
    if (placed.writer() != null) {
      placed.writer().close();
    }
    if (!placed.isOnKept()) {
      placed.tier().release(lease.id());
    }
    if (lease.intent() == Intent.READ) {
      versions.end(lease.object().group(), lease.asOf());
    }
  }

  private Grant enter(Placed placed) {
    Grant grant = placed.grant();
    try {
      boolean isReading = grant.lease().intent() == Intent.READ;
      Lease lease = leases.add(placed, isReading ? grant.lease().asOf() : versions.now());
      if (placed.tier() == hot) {
        groups.hold(lease.object().group());
      }
      if (lease.ttl() != null) {
        events.timed(lease.ttl());
      }
      return new Grant(lease, grant.extent());
    } catch (Throwable failure) {
      giveBack(placed);
      if (failure instanceof CapacityExceededException && placed.claim() == null) {
        refusals.increment(); // a draft's is counted where both tiers have refused it
      }
      throw failure;
    }
  }

  private void await(TieredSession session, AcquireRequest request, Claim draft, long startNanos) {
    long remaining = request.patience().toNanos() - (time.nanoTime() - startNanos);
    try {
      if (remaining > 0) {
        leases.await(draft, remaining);
        session.requireOpen();
        endWhatIsDue();
        return;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    misses.increment();
    throw new NotSealedException(
        "Cannot acquire " + draft.id + ": it is not sealed yet; wait for its creator, or try again");
  }

  // ---- create

  private Grant create(TieredSession session, AcquireRequest request) {
    ObjectId id = request.id() == null ? ObjectId.random() : request.id();
    Claim claim = claim(session, id, request.ifExists());
    if (claim == null) {
      boolean beingMade = leases.claimOn(id) != null;
      throw new AlreadyExistsException("Cannot create " + id + ": "
          + (beingMade ? "somebody is making it; wait for it" : "it exists; replace it, discard it")
          + ", or choose another id");
    }
    return allocate(session, request, id, claim);
  }

  /** Takes the right to make the object; null if somebody has it, or the object exists and must not. Ends its move between the tiers. */
  private @Nullable Claim claim(TieredSession session, ObjectId id, IfExists ifExists) {
    Claim claim = ids.with(id, () -> {
      if (ifExists == IfExists.REPLACE) {
        requireMayChange(session, id, "replace");
      }
      Claim mine = leases.claim(id);
      if (mine != null && ifExists == IfExists.FAIL && (hot.has(id) || cold.has(id))) {
        leases.unclaim(mine);
        return null;
      }
      return mine;
    });
    if (claim != null) {
      Moves.awaitEnd(moves.cancel(id)); // its draft would be in the way of ours
    }
    return claim;
  }

  /** Whichever tier it is in; the tier that a new version goes to may not have the old one. */
  private void requireMayChange(TieredSession session, ObjectId id, String verb) {
    for (Tier tier : List.of(hot, cold)) {
      ObjectStatus status = tier.find(id);
      if (status != null) {
        session.caller.requireMayChange(status.object(), verb);
      }
    }
  }

  private Grant allocate(TieredSession session, AcquireRequest request, ObjectId id, Claim claim) {
    AcquireRequest create = new AcquireRequest(id, Intent.CREATE, request.ttl(), request.meta(), request.sizes(),
        IfExists.REPLACE, Duration.ZERO, request.objectTtl(), request.group(), request.binding(), request.room());
    groups.hold(create.group()); // its own group is no room for it
    try {
      requireObtainable(create, request.expectedBytes());
      return place(session, create, claim);
    } catch (Throwable failure) {
      leases.unclaim(claim);
      throw failure;
    } finally {
      groups.letGo(create.group());
    }
  }

  /** Nothing is demoted or evicted for a part of what does not fit both tiers as a whole. */
  private void requireObtainable(AcquireRequest request, long expectedBytes) {
    long needed = expectedBytes == 0 ? 0 : expectedBytes - leases.draftBytes(request.group());
    if (needed <= 0) {
      return;
    }
    Tier.Obtainable up = hot.obtainable(request);
    Tier.Obtainable down = cold.obtainable(request);
    if (needed > up.bytes() + down.bytes()) {
      refusals.increment();
      throw new CapacityExceededException("Cannot create " + request.id() + ": needs at least " + needed
          + " bytes with what is still to come; the hot tier has " + up + ", the cold one " + down
          + "; release, unpin or discard something, or give the peer more");
    }
  }

  /** Into the hot tier if it has room or gets some, else into the cold one. */
  private Grant place(TieredSession session, AcquireRequest request, Claim claim) {
    CapacityExceededException refusal = null;
    if (request.byteSize() <= hot.capacityBytes) {
      try {
        return placeInHot(session, request, claim);
      } catch (CapacityExceededException full) {
        refusal = full;
      }
    }
    return placeInCold(session, request, claim, refusal);
  }

  private Grant placeInHot(TieredSession session, AcquireRequest request, Claim claim) {
    boolean isSized = request.sizes() != null;
    Grant grant = acquireInHot(session, request);
    try (Keeping.Coming _ = keeping.require(grant.lease().object().id(), hot, 0)) { // the tier counts it already
      return isSized ? enter(new Placed(session, request, hot, grant, claim, null))
          : spilling(session,
              enter(new Placed(session, request, hot, grant, claim, grant.extent().reopen(Extent.Access.READ_WRITE))));
    } catch (RuntimeException | Error refused) {
      grant.extent().close();
      hot.release(grant.lease().id());
      throw refused;
    }
  }

  private Grant acquireInHot(TieredSession session, AcquireRequest request) {
    for (int tries = 1; true; tries++) {
      try {
        return session.in(hot).acquire(untimed(request).withRoom(Room.FREE));
      } catch (CapacityExceededException full) {
        if (request.room() == Room.FREE || tries == MAX_TRIES || !mover.demoteFor(request.byteSize())) {
          throw full;
        }
      }
    }
  }

  private Grant placeInCold(TieredSession session, AcquireRequest request, Claim claim,
      @Nullable CapacityExceededException hotRefusal) {
    try (Keeping.Coming _ =
        keeping.require(Objects.requireNonNull(request.id()), cold, request.byteSize())) {
      Grant grant = session.in(cold).acquire(untimed(request));
      return enter(new Placed(session, request, cold, grant, claim, null));
    } catch (CapacityExceededException full) {
      throw refused(hotRefusal, full);
    }
  }

  private CapacityExceededException refused(@Nullable CapacityExceededException hotRefusal,
      CapacityExceededException coldRefusal) {
    refusals.increment();
    if (hotRefusal == null) {
      return coldRefusal;
    }
    CapacityExceededException both = new CapacityExceededException(
        hotRefusal.getMessage() + " (that was the hot tier; the cold one: " + coldRefusal.getMessage() + ")",
        coldRefusal);
    both.addSuppressed(hotRefusal);
    return both;
  }

  // ---- growth

  private Grant spilling(TieredSession session, Grant grant) {
    return new Grant(grant.lease(), new SpillingExtent(grant.extent(), (here, byteSize, attempt,
        refusal) -> placeForGrowth(session, grant.lease().id(), here, byteSize, attempt, refusal)));
  }

  /** In the hot tier, if something can be demoted for it, else in the cold one. */
  private Extent placeForGrowth(TieredSession session, LeaseId id, Extent here, long byteSize, int attempt,
      CapacityExceededException refusal) {
    Entry entry = leases.require(id, "write to");
    Extent writer = entry.writer;
    if (writer == null || entry.place.tier() == cold) {
      refusals.increment();
      throw refusal;
    }
    long bytes = Blob.alignUp(byteSize);
    boolean isHopeless = entry.request.room() == Room.FREE || bytes > hot.capacityBytes || attempt >= MAX_TRIES;
    if (!isHopeless && mover.demoteFor(bytes - Blob.alignUp(here.byteSize()))) {
      return here;
    }
    return goOnInCold(session, entry, here, byteSize, writer, refusal);
  }

  private Extent goOnInCold(TieredSession session, Entry entry, Extent here, long byteSize, Extent writer,
      CapacityExceededException hotRefusal) {
    Grant grant = inCold(session, entry, entry.request, byteSize - here.byteSize(), hotRefusal);
    Place before = entry.place;
    try {
      Mover.copy(here, grant.extent(), here.byteSize(), () -> false);
      if (!leases.moved(entry, new Place(cold, grant.lease().id()))) {
        throw new LeaseExpiredException(
            "Cannot write to " + entry.object + ": its lease ended meanwhile; create it anew");
      }
    } catch (CapacityExceededException full) {
      giveUp(grant);
      throw refused(hotRefusal, full);
    } catch (Throwable failure) {
      giveUp(grant);
      throw failure;
    }
    here.close();
    leaveHot(entry, before, writer);
    return grant.extent();
  }

  /** A draft in the cold tier for what the hot one has no room for, and of which that one does not count so many bytes. */
  private Grant inCold(TieredSession session, Entry entry, AcquireRequest request, long uncountedBytes,
      CapacityExceededException hotRefusal) {
    Session mine = entry.session == null ? session.in(cold) : entry.session.in(cold);
    try (Keeping.Coming _ = keeping.require(entry.object, cold, uncountedBytes)) {
      return mine.acquire(untimed(request));
    } catch (CapacityExceededException full) {
      throw refused(hotRefusal, full);
    }
  }

  private void giveUp(Grant inCold) {
    inCold.extent().close();
    cold.release(inCold.lease().id());
  }

  // ---- freeze, seal

  void freeze(TieredSession session, List<LeaseId> drafts) {
    Session.requireFew(drafts, List.of());
    workFor(drafts, () -> drafts.forEach(draft -> {
      List<Entry> begun = leases.begin(List.of(draft), Work.FREEZING);
      try {
        freezeWhereItFits(session, begun.getFirst());
      } finally {
        leases.end(begun);
      }
    }));
  }

  void seal(TieredSession session, List<LeaseId> drafts, List<ObjectId> discards) {
    Session.requireFew(drafts, discards);
    workFor(drafts, () -> {
      Map<ObjectId, Long> leaving = requireDiscardable(session, discards);
      sealAll(session, leases.begin(drafts, Work.SEALING));
      leaving.forEach(this::discardUnlessReplaced);
    });
    events.sealed();
  }

  /** Does for leases what may take long: their TTLs stand still meanwhile. */
  private void workFor(List<LeaseId> ids, Runnable work) {
    endWhatIsDue();
    leases.suspend(ids);
    try {
      work.run();
    } finally {
      leases.resume(ids);
    }
  }

  private void sealAll(TieredSession session, List<Entry> entries) {
    int sealed = 0;
    try {
      entries.forEach(entry -> freezeWhereItFits(session, entry));
      for (Entry entry : entries) {
        orEnd(entry, () -> ids.run(entry.object, () -> sealInPlace(entry)));
        sealed++;
      }
    } catch (Throwable failure) {
      withdraw(entries.subList(0, sealed), failure);
      throw failure;
    } finally {
      leases.end(entries);
    }
  }

  /** If the tier has ended the lease, so does this. */
  private void orEnd(Entry entry, Runnable work) {
    try {
      work.run();
    } catch (LeaseExpiredException ended) {
      release(entry.id);
      throw ended;
    }
  }

  /** What may leave with a seal, each with when it came. */
  private Map<ObjectId, Long> requireDiscardable(TieredSession session, List<ObjectId> discards) {
    Map<ObjectId, Long> leaving = new LinkedHashMap<>();
    for (ObjectId id : discards) {
      requireMayChange(session, id, "discard");
      leaving.put(id, versions.cameAt(id));
    }
    return leaving;
  }

  private void discardUnlessReplaced(ObjectId id, long cameAt) {
    ids.run(id, () -> {
      ObjectStatus up = hot.find(id);
      ObjectStatus status = up == null ? cold.find(id) : up;
      if (status != null && versions.cameAt(id) == cameAt) {
        try {
          discardEverywhere(id, status.object().group());
        } catch (RuntimeException failure) {
          Log.cannotDiscard(id, failure); // the seal is done
        }
      }
    });
  }

  /** Discards what was to be sealed together with something that could not be. */
  private void withdraw(List<Entry> sealed, Throwable failure) {
    for (Entry entry : sealed) {
      try {
        ids.run(entry.object, () -> discardEverywhere(entry));
        release(entry.id);
      } catch (RuntimeException alsoFailed) {
        failure.addSuppressed(alsoFailed);
      }
    }
  }

  /** In its tier, or, if it has outgrown the hot one, as a copy in the cold one, where it is from then on. */
  private void freezeWhereItFits(TieredSession session, Entry entry) {
    for (int tries = 0; true; tries++) {
      try {
        orEnd(entry, () -> freezeIfKeepable(entry));
        return;
      } catch (CapacityExceededException full) {
        Extent writer = entry.writer;
        if (writer == null || entry.place.tier() == cold) {
          refusals.increment();
          throw full;
        }
        boolean isHopeless = entry.isCountedInHot || Blob.alignUp(writer.byteSize()) > hot.capacityBytes
            || tries >= MAX_TRIES;
        if (isHopeless || !mover.demoteFor(Blob.alignUp(writer.byteSize()))) {
          orEnd(entry, () -> freezeInCold(session, entry, writer, full));
          return;
        }
      }
    }
  }

  /** A draft without sizes counts as a whole when its tier has frozen it: before, only what this process has written. */
  private void freezeIfKeepable(Entry entry) {
    if (entry.place.tier() == cold) {
      freezeInPlace(entry);
    } else if (entry.writer == null) {
      keeping.requireStill(entry.object);
      freezeInPlace(entry);
    } else {
      freezeInPlace(entry);
      entry.isCountedInHot = true;
      keeping.require(entry.object, hot, 0).close();
    }
  }

  private static void freezeInPlace(Entry entry) {
    Place place = entry.place;
    place.tier().session().freeze(place.lease());
  }

  /**
   * Seals the draft in its tier, and then removes what the id named from the other. In this order: at a kill in between the cold tier
   * still has the one version or has the other, never none. Readers look into the hot tier first.
   */
  private void sealInPlace(Entry entry) {
    Place place = entry.place;
    ObjectId id = entry.object;
    Tier other = place.tier() == hot ? cold : hot;
    ObjectStatus old = other.find(id);
    ObjectStatus replaced = cold.find(id);
    Kept left = versions.leave(id);
    if (replaced != null) {
      groups.leavesCold(replaced.object().group(), id);
    }
    try {
      place.tier().session().seal(place.lease());
    } catch (RuntimeException refused) {
      versions.stays(id, left);
      if (replaced != null) {
        groups.cameToCold(replaced.object());
      }
      throw refused;
    }
    versions.came(id);
    ids.arrived(id);
    if (old != null) {
      if (old.pinned()) {
        place.tier().pin(id);
      }
      other.discard(id);
    }
    versions.left(left);
    ObjectStatus sealed = place.tier() == cold ? cold.find(id) : null;
    if (sealed != null) {
      groups.cameToCold(sealed.object());
    }
    repin(id, replaced == null ? old : replaced, entry.group);
    leases.sealed(entry);
  }

  /** A pin stays with the id; it protects the group of the version that has it now. */
  private void repin(ObjectId id, @Nullable ObjectStatus old, @Nullable String group) {
    if (old != null) {
      groups.unpin(old.object().group(), id);
    }
    ObjectStatus now = hot.find(id);
    if (now != null && now.pinned()) {
      groups.pin(group, id);
    }
  }

  /** A draft that has outgrown the hot tier: copied to a draft in the cold one, which is frozen and takes its place. */
  private void freezeInCold(TieredSession session, Entry entry, Extent writer, CapacityExceededException hotRefusal) {
    long byteSize = writer.byteSize();
    AcquireRequest request = entry.request;
    AcquireRequest sized = new AcquireRequest(entry.object, Intent.CREATE, request.ttl(), request.meta(),
        List.of(byteSize), IfExists.REPLACE, Duration.ZERO, request.objectTtl(), request.group(), request.binding(),
        request.room());
    Grant grant = inCold(session, entry, sized, entry.isCountedInHot ? 0 : byteSize, hotRefusal);
    Place before = entry.place;
    LeaseId copy = grant.lease().id();
    try {
      try (Extent target = grant.extent(); Extent source = writer.reopen(Extent.Access.READ_ONLY)) { // frozen, it can be mapped as that alone
        Mover.copy(source, target, byteSize, () -> false);
      }
      cold.session().freeze(copy);
    } catch (Throwable failure) {
      cold.release(copy);
      throw failure;
    }
    if (!leases.moved(entry, new Place(cold, copy))) {
      cold.release(copy);
      throw new LeaseExpiredException(
          "Cannot seal " + entry.object + ": its lease ended while it was being sealed; create it anew");
    }
    leaveHot(entry, before, writer);
  }

  private void leaveHot(Entry entry, Place place, Extent writer) {
    hot.release(place.lease());
    writer.close();
    groups.letGo(entry.group);
  }

  // ---- discard, release, renew

  void discard(LeaseId id) {
    endWhatIsDue();
    Entry entry = leases.require(id, "discard");
    switch (entry.intent) {
      case CREATE -> entry.place.tier().session().discard(entry.place.lease());
      case WRITE -> ids.run(entry.object, () -> discardEverywhere(entry));
      case READ, READ_OR_CREATE -> throw new NotPermittedException(
          "Cannot discard " + entry.object + " under a READ lease; acquire it for WRITE");
    }
    release(id);
  }

  /** The cold copy first: at a kill in between, what is left is in memory, and so gone too. */
  private void discardEverywhere(Entry entry) {
    if (leases.isStale(entry)) {
      return; // the version that this lease is on has left the namespace already
    }
    discardEverywhere(entry.object, entry.group);
  }

  private void discardEverywhere(ObjectId id, @Nullable String group) {
    Moves.Move _ = moves.cancel(id);
    Kept left = versions.leave(id);
    groups.leavesCold(group, id);
    groups.unpin(group, id);
    cold.discard(id);
    hot.discard(id);
    versions.left(left);
    leases.versionEnded(id);
    ids.arrived(id); // whoever has just read it looks again: what else of its group leaves next is not kept for it yet
  }

  void release(LeaseId id) {
    Entry entry = leases.take(id);
    if (entry != null) {
      end(entry);
    }
  }

  /** Ends what hangs on a lease that was taken out. */
  void end(Entry entry) {
    Place place = entry.place;
    try {
      if (!entry.isOnKept) {
        place.tier().release(place.lease());
      }
    } finally {
      endHere(entry, place);
    }
  }

  private void endHere(Entry entry, Place place) {
    if (entry.asOf != 0) {
      versions.end(entry.group, entry.asOf);
    }
    if (entry.writer != null) {
      entry.writer.close();
    }
    if (place.tier() == hot) {
      groups.letGo(entry.group);
    }
    if (entry.claim != null) {
      leases.unclaim(entry.claim);
    }
    events.released();
  }

  @Nullable
  Duration renew(LeaseId id) {
    endWhatIsDue();
    return leases.renew(id);
  }

  long countOnKept() {
    return leases.countOnKept();
  }

  void endWhatIsDue() {
    AllOf.run(leases.takeExpired(), this::end);
    groups.endWhatIsDue();
  }

  /** The open sessions, the oldest first. */
  List<SessionStatus> sessions() {
    long now = time.nanoTime();
    return List.copyOf(sessions).stream()
        .map(session -> new SessionStatus(session.caller, Duration.ofNanos(now - session.openedAtNanos),
            leases.countBound(session)))
        .toList();
  }

  void close(TieredSession session) {
    List<Entry> bound = leases.takeAll(session);
    if (sessions.remove(session)) {
      AllOf.run(List.of(session::closeTiers, () -> AllOf.run(bound, this::end)), Runnable::run);
    }
  }

  // ---- pins

  void pin(TieredSession session, ObjectId id) {
    ids.run(id, () -> {
      requireMayChange(session, id, "pin");
      StoredObject object = inBoth(id, "pin", Tier::pin);
      groups.pin(object.group(), id);
    });
  }

  void unpin(TieredSession session, ObjectId id) {
    ids.run(id, () -> {
      requireMayChange(session, id, "unpin");
      StoredObject object = inBoth(id, "unpin", Tier::unpin);
      groups.unpin(object.group(), id);
    });
    events.released();
  }

  private interface Step {
    void in(Tier tier, ObjectId id);
  }

  private StoredObject inBoth(ObjectId id, String verb, Step step) {
    StoredObject found = null;
    for (Tier tier : List.of(hot, cold)) {
      ObjectStatus status = tier.find(id);
      if (status != null) {
        step.in(tier, id);
        found = found == null ? status.object() : found;
      }
    }
    if (found == null) {
      throw new NotFoundException("Cannot " + verb + " " + id + ": no such object; look at the listing");
    }
    return found;
  }
}
