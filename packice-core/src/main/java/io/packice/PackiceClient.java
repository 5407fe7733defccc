package io.packice;

import io.packice.core.AcquireRequest;
import io.packice.core.Grant;
import io.packice.core.Intent;
import io.packice.core.LeaseId;
import io.packice.core.ObjectId;
import io.packice.core.ObjectPage;
import io.packice.core.ObjectStatus;
import io.packice.core.PeerStats;
import io.packice.core.Session;
import io.packice.core.SessionStatus;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One program's connection to a peer. Every peer and every transport behaves alike behind it.
 *
 * <p>Safe from any thread. Whoever connected closes the client; a second close does nothing. What the client has opened stays valid
 * after its close, until it is closed itself; the connection ends with the last of it. Besides what each method names, any of them
 * throws {@link io.packice.core.PeerUnavailableException} if the connection breaks, and {@link IllegalStateException} after
 * {@link #close}.
 */
public final class PackiceClient implements AutoCloseable {
  private final ClientSession shared;
  private final AtomicBoolean closed = new AtomicBoolean();

  PackiceClient(ClientSession shared) {
    this.shared = shared;
  }

  /**
   * Begins a new object.
   *
   * @param id its name
   * @param sizes the lengths of its blobs in bytes, 0 to 128 of them
   * @return a writer; the caller seals and closes it, and closed without seal the object never was
   * @throws io.packice.core.AlreadyExistsException if the id is taken
   * @throws io.packice.core.CapacityExceededException if it does not fit; the message states the numbers
   * @throws IllegalArgumentException if the id or a size is not allowed
   */
  public ObjectWriter create(String id, long... sizes) {
    return create(AcquireRequest.create(new ObjectId(id), LongStream.of(sizes).boxed().toList()));
  }

  /**
   * Begins a new object, with options.
   *
   * @param request a request made by {@link AcquireRequest#create}
   * @return a writer; the caller seals and closes it, and closed without seal the object never was
   * @throws io.packice.core.AlreadyExistsException if the id is taken, and the request does not say to replace
   * @throws io.packice.core.CapacityExceededException if it does not fit; the message states the numbers
   * @throws IllegalArgumentException if the request is for another intent
   */
  public ObjectWriter create(AcquireRequest request) {
    require(request, Intent.CREATE);
    return acquire(request, grant -> new ObjectWriter(shared, grant, request));
  }

  /**
   * Leases a sealed object for reading.
   *
   * @param id its name
   * @return the object, mapped; the caller closes it
   * @throws io.packice.core.NotFoundException if there is no such object
   * @throws io.packice.core.NotSealedException if somebody is still making it
   * @throws IllegalArgumentException if the id is not allowed
   */
  public LeasedObject get(String id) {
    return get(AcquireRequest.read(new ObjectId(id)));
  }

  /**
   * Leases an object for reading, with options; {@link AcquireRequest#withPatience} waits for one that is still being made.
   *
   * @param request a request made by {@link AcquireRequest#read}
   * @return the object, mapped; the caller closes it
   * @throws io.packice.core.NotFoundException if there is no such object, or none as of the lease that {@link AcquireRequest#withAsOf} names
   * @throws io.packice.core.NotSealedException if it was not sealed within the request's patience
   * @throws IllegalArgumentException if the request is for another intent
   */
  public LeasedObject get(AcquireRequest request) {
    require(request, Intent.READ);
    return acquire(request, grant -> new LeasedObject(shared, grant));
  }

  /** Fills a new object for {@link #getOrCreate}. */
  @FunctionalInterface
  public interface Filler {
    /**
     * Writes the object's bytes. The caller seals and closes the writer; if this throws, the object never was.
     *
     * @param writer the new object
     * @throws Exception if the bytes cannot be had; thrown on to the caller of {@code getOrCreate}
     */
    void fill(ObjectWriter writer) throws Exception;
  }

  /**
   * Leases an object for reading, and makes it first if nobody has: of all callers in all processes one fills it, the others wait. If
   * the one fails or dies, another gets its role.
   *
   * @param request a request made by {@link AcquireRequest#readOrCreate}; its patience bounds the wait for another caller
   * @param filler writes the bytes, if this caller is the one
   * @return the object, mapped; the caller closes it
   * @throws io.packice.core.NotSealedException if another caller is filling it and did not seal it within the request's patience
   * @throws io.packice.core.CapacityExceededException if it does not fit
   * @throws IllegalArgumentException if the request is for another intent
   * @throws Exception what the filler throws
   */
  public LeasedObject getOrCreate(AcquireRequest request, Filler filler) throws Exception {
    Objects.requireNonNull(filler, "filler");
    require(request, Intent.READ_OR_CREATE);
    Object opened = acquire(request, grant -> grant.lease().intent() == Intent.CREATE
        ? new ObjectWriter(shared, grant, request)
        : new LeasedObject(shared, grant));
    if (opened instanceof LeasedObject object) {
      return object;
    }
    try (ObjectWriter writer = (ObjectWriter) opened) {
      filler.fill(writer);
      writer.seal();
      return get(writer.id()); // while the writer's lease still protects it
    }
  }

  /**
   * Seals several new objects, in this order, or none of them: what belongs together, such as parts and the manifest that names them. Put
   * last what readers look for first; they may see the others a moment earlier. Once the peer has been asked, it goes on also when this
   * process is killed. Each writer is as after its {@link ObjectWriter#seal} then, and still to be closed by whoever created it.
   *
   * <p>If one cannot be sealed, the exception says why, and no object is there. Close all writers then, and begin anew: a draft may have
   * stayed, to be sealed again, or may be discarded, if it was sealed before the one that failed.
   *
   * @param writers what to seal, each once; all created by this client
   * @throws io.packice.core.StillMappedException as for one
   * @throws io.packice.core.LeaseExpiredException as for one
   * @throws io.packice.core.NotPermittedException if one is sealed already, or stands here twice
   * @throws io.packice.core.CapacityExceededException as for one
   * @throws IllegalArgumentException if another client has created one of them
   * @throws IllegalStateException if one is closed, or another thread is inside one of its segments at this moment
   */
  public void seal(List<ObjectWriter> writers) {
    seal(List.of(), writers);
  }

  /**
   * Like {@link #seal(List)}, with drafts that others have filled and {@linkplain ObjectWriter#handOver handed over}: they are sealed first, in this
   * order. Their leases are READ leases then, which {@link #release} ends.
   *
   * @param handedOver the ids of their leases, each once
   * @param writers what to seal behind them; all created by this client
   * @throws io.packice.core.LeaseExpiredException also if nobody renewed a draft's lease in time; its bytes are gone, write it anew
   * @throws io.packice.core.StillMappedException as for {@link #seal(List)}
   * @throws io.packice.core.NotPermittedException as for {@link #seal(List)}, and over HTTP, where drafts are with those who created them
   * @throws io.packice.core.CapacityExceededException as for {@link #seal(List)}
   * @throws IllegalArgumentException if another client has created one of the writers
   * @throws IllegalStateException if a writer is closed, or another thread is inside one of its segments at this moment
   */
  public void seal(List<String> handedOver, List<ObjectWriter> writers) {
    seal(handedOver, writers, List.of());
  }

  /**
   * Like {@link #seal(List, List)}, and discards what the new objects make superfluous, such as the parts that only the replaced version of a table named.
   * The peer does that with the last seal, also when this process is killed meanwhile; readers keep what they read.
   *
   * @param handedOver the ids of their leases, each once
   * @param writers what to seal behind them; all created by this client
   * @param discards ids of sealed objects, at most {@value Session#MAX_DISCARDS}; those that name nothing are left out
   * @throws io.packice.core.LeaseExpiredException as for {@link #seal(List, List)}
   * @throws io.packice.core.StillMappedException as for {@link #seal(List)}
   * @throws io.packice.core.NotPermittedException as for {@link #seal(List, List)}, and if the peer does not let this caller discard one of the objects; nothing
   *     is sealed or discarded then
   * @throws io.packice.core.CapacityExceededException as for {@link #seal(List)}
   * @throws io.packice.core.InvalidRequestException if there are more discards than that
   * @throws IllegalArgumentException if another client has created one of the writers, or an id is not allowed
   * @throws IllegalStateException if a writer is closed, or another thread is inside one of its segments at this moment
   */
  public void seal(List<String> handedOver, List<ObjectWriter> writers, List<String> discards) {
    List<ObjectId> ids = discards.stream().map(ObjectId::new).toList();
    using(_ -> {
      ObjectWriter.seal(shared, handedOver.stream().map(LeaseId::new).toList(), writers, ids);
      return null;
    });
  }

  /**
   * Removes sealed objects, {@value Session#MAX_DISCARDS} at a time, each time all in one step. As for {@link #discard(String)}, their ids are free at once,
   * their bytes when the last reader closes.
   *
   * @param ids their names; those that name nothing are left out
   * @throws io.packice.core.NotPermittedException if the peer does not let this caller discard one of them
   */
  public void discardAll(List<String> ids) {
    List<ObjectId> all = ids.stream().map(ObjectId::new).toList();
    using(session -> {
      for (int at = 0; at < all.size(); at += Session.MAX_DISCARDS) {
        session.seal(List.of(), all.subList(at, Math.min(all.size(), at + Session.MAX_DISCARDS)));
      }
      return null;
    });
  }

  /**
   * Removes a sealed object: its id is free at once, its bytes when the last reader closes, also of others of its group who began while it was there.
   *
   * @param id its name
   * @throws io.packice.core.NotFoundException if there is no such object
   * @throws io.packice.core.NotPermittedException if the peer does not let this caller
   */
  public void discard(String id) {
    using(session -> {
      session.discard(new ObjectId(id));
      return null;
    });
  }

  /**
   * Lists sealed objects in the order of their ids, page by page as the stream is read; objects that come or go meanwhile may or may
   * not be seen.
   *
   * @param prefix what the ids start with; empty for all
   * @return the objects, lazily; nothing needs closing
   */
  public Stream<ObjectStatus> list(String prefix) {
    return Stream
        .iterate(Optional.of(page(prefix, null)), Optional::isPresent,
            page -> page.map(ObjectPage::next).map(last -> page(prefix, last)))
        .flatMap(page -> page.orElseThrow().objects().stream());
  }

  private ObjectPage page(String prefix, @Nullable ObjectId after) {
    return using(session -> session.list(prefix, after, ObjectPage.MAX_LIMIT));
  }

  /**
   * Describes one sealed object, without a lease on it.
   *
   * @param id its name
   * @return what the peer knows of it now
   * @throws io.packice.core.NotFoundException if there is no such object
   */
  public ObjectStatus stat(String id) {
    return using(session -> session.stat(new ObjectId(id)));
  }

  /**
   * Describes the peer as a whole.
   *
   * @return counts and bytes, all of one moment
   */
  public PeerStats stats() {
    return using(Session::stats);
  }

  /**
   * Describes who is connected to the peer.
   *
   * @return the open sessions, this client's included, the oldest first
   */
  public List<SessionStatus> sessions() {
    return using(Session::sessions);
  }

  /**
   * Keeps an object from eviction until {@link #unpin}.
   *
   * @param id its name
   * @throws io.packice.core.NotFoundException if there is no such object
   */
  public void pin(String id) {
    using(session -> {
      session.pin(new ObjectId(id));
      return null;
    });
  }

  /**
   * Ends what {@link #pin} began.
   *
   * @param id its name
   * @throws io.packice.core.NotFoundException if there is no such object
   */
  public void unpin(String id) {
    using(session -> {
      session.unpin(new ObjectId(id));
      return null;
    });
  }

  /**
   * Starts the TTL of a lease anew, whoever took it: who knows its id may. For leases that no connection holds, such as those of clients
   * that connect for each request; {@link LeasedObject#renew} is for one's own.
   *
   * @param leaseId the lease's id in full
   * @return its TTL, counted from now; null if it lives as long as its session
   * @throws io.packice.core.LeaseExpiredException if there is no such lease, any more or ever; acquire anew
   */
  public @Nullable Duration renew(String leaseId) {
    return using(session -> session.renew(new LeaseId(leaseId)));
  }

  /**
   * Renews a lease from now on, whoever took it, until it is {@linkplain #forget forgotten} or released: together with all others that this client renews, in one message,
   * thrice within the TTL of each. If it ends nevertheless, who seals what it is on is told so.
   *
   * @param leaseId the lease's id in full; one that is kept already is kept by its new TTL
   * @param ttl its TTL
   */
  public void keep(String leaseId, Duration ttl) {
    using(_ -> {
      shared.keeper().keep(new LeaseId(leaseId), ttl);
      return null;
    });
  }

  /**
   * Renews a lease no more. It stays what it is until its TTL is over.
   *
   * @param leaseId the lease's id in full; one that is not kept is all right
   */
  public void forget(String leaseId) {
    shared.keeper().forget(new LeaseId(leaseId));
  }

  /**
   * Ends a lease, whoever took it: who knows its id may. A draft that is not sealed is discarded. For what was
   * {@linkplain ObjectWriter#handOver handed over}; what this client has opened is closed instead.
   *
   * @param leaseId the lease's id in full; one that has ended already is all right
   */
  public void release(String leaseId) {
    using(session -> {
      forget(leaseId);
      session.release(new LeaseId(leaseId));
      return null;
    });
  }

  private static void require(AcquireRequest request, Intent intent) {
    if (request.intent() != intent) {
      throw new IllegalArgumentException(
          "Cannot use a request for " + request.intent() + " here; make one for " + intent);
    }
  }

  /** Takes a lease and wraps it in something that holds the session, and gives the lease back if the wrapping fails. */
  private <T> T acquire(AcquireRequest request, Function<Grant, T> open) {
    requireOpen();
    shared.retain();
    Grant grant = null;
    try {
      grant = shared.session().acquire(request);
      return open.apply(grant);
    } catch (Throwable failure) {
      if (grant != null) {
        grant.extent().close();
        shared.session().giveBack(grant.lease().id(), failure);
      }
      shared.release();
      throw failure;
    }
  }

  private <T extends @Nullable Object> T using(Function<Session, T> operation) {
    requireOpen();
    shared.retain();
    try {
      return operation.apply(shared.session());
    } finally {
      shared.release();
    }
  }

  private void requireOpen() {
    if (closed.get()) {
      throw new IllegalStateException("Cannot use this client: it is closed; connect anew");
    }
  }

  /** Closes the client. What it opened stays valid until it is closed itself; the connection ends with the last of it. */
  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      shared.release();
    }
  }
}
