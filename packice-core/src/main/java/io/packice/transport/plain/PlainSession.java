package io.packice.transport.plain;

import io.packice.core.AcquireRequest;
import io.packice.core.AcquireRequest.IfExists;
import io.packice.core.AcquireRequest.Room;
import io.packice.core.Backoff;
import io.packice.core.Blob;
import io.packice.core.ErrorCode;
import io.packice.core.Grant;
import io.packice.core.Intent;
import io.packice.core.InvalidRequestException;
import io.packice.core.Lease;
import io.packice.core.LeaseId;
import io.packice.core.LeaseKeeper;
import io.packice.core.NotFoundException;
import io.packice.core.NotSealedException;
import io.packice.core.ObjectId;
import io.packice.core.ObjectPage;
import io.packice.core.ObjectStatus;
import io.packice.core.PackiceException;
import io.packice.core.Part;
import io.packice.core.PeerStats;
import io.packice.core.PeerUnavailableException;
import io.packice.core.Printable;
import io.packice.core.Session;
import io.packice.core.SessionStatus;
import io.packice.core.StorageException;
import io.packice.internal.os.Descriptor;
import io.packice.transport.plain.PlainServer.Answer;
import io.packice.transport.wire.Command;
import io.packice.transport.wire.Request;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A session with a server that knows none: it acquires, seals, discards, releases and renews, one request at a time, and says why it refuses in words only.
 *
 * <p>So leases have TTLs. Those that are to live as long as the session are renewed in the background, and released when it closes; when this process dies, they
 * end by themselves. What the server cannot be asked for is refused here, before anything is done: objects of several blobs, replacements, TTLs of objects, listings,
 * numbers, pins. Groups and expected bytes, which only say what may be evicted, are not sent. A refusal has the class that such a refusal most likely means
 * (docs/protocol.md), and the server's words.
 */
public final class PlainSession implements Session, LeaseKeeper.Holder {
  private static final int MOST_QUOTED = 1_000;

  private final PlainServer server;
  private final HeldLeases leases = new HeldLeases(this::renew);
  private volatile boolean closed;

  /**
   * Begins one. Nothing is asked yet.
   *
   * @param server whom to ask; closed with the session
   */
  public PlainSession(PlainServer server) {
    this.server = server;
  }

  @Override
  public Grant acquire(AcquireRequest request) {
    requireOpen();
    if (request.intent() == Intent.CREATE) {
      return create(request);
    }
    return patiently(request,
        request.intent() == Intent.READ_OR_CREATE ? () -> readOrCreate(request) : () -> find(request));
  }

  /** Asks again and again: no answer says whether somebody is making the object. */
  private static Grant patiently(AcquireRequest request, Supplier<Grant> question) {
    long startNanos = System.nanoTime();
    for (int refusals = 1;; refusals++) {
      try {
        return question.get();
      } catch (NotFoundException | NotSealedException notYet) {
        Duration left = request.patience().minusNanos(System.nanoTime() - startNanos);
        if (!left.isPositive()) {
          throw notYet;
        }
        Backoff.pause(refusals, left, notYet);
      }
    }
  }

  private Grant find(AcquireRequest request) {
    Answer answer = ask(request);
    if (answer.response().refusal() != null) {
      throw refused("acquire " + request.id(), answer, ErrorCode.NOT_FOUND, "look whether it is sealed there");
    }
    return granted(answer, request);
  }

  private Grant create(AcquireRequest request) {
    requireCarried(request);
    Answer answer = ask(request);
    if (answer.response().refusal() == null) {
      return granted(answer, request);
    }
    ObjectId id = request.id();
    throw id != null && isThere(id)
        ? refused("create " + id, answer, ErrorCode.ALREADY_EXISTS, "there is one: use another name, or discard it")
        : refused("create " + id, answer, ErrorCode.INVALID_REQUEST,
            "somebody may be making it, or there is no room: look at that server");
  }

  private Grant readOrCreate(AcquireRequest request) {
    requireCarried(request);
    try {
      return find(request.withIntent(Intent.READ));
    } catch (NotFoundException notYet) {
      AcquireRequest create = request.withIntent(Intent.CREATE);
      Answer answer = ask(create);
      if (answer.response().refusal() != null) {
        throw refused("read or create " + request.id(), answer, ErrorCode.NOT_SEALED,
            "somebody may be making it: wait longer, or look at that server");
      }
      return granted(answer, create);
    }
  }

  /** What the server would take and not do, or do and not say. */
  private void requireCarried(AcquireRequest request) {
    if (request.sizes() != null && request.sizes().size() != 1) {
      throw notCarried("create an object of " + request.sizes().size() + " blobs",
          "knows objects of one blob only; make one object for each");
    }
    if (request.ifExists() == IfExists.REPLACE) {
      throw notCarried("replace an object", "cannot do that in one step; discard it, and create it anew");
    }
    if (request.objectTtl() != null) {
      throw notCarried("create an object that ends by itself", "keeps objects until they are discarded");
    }
    if (request.room() == Room.FREE) {
      throw notCarried("create an object in free room only", "does not say what it evicts");
    }
  }

  private InvalidRequestException notCarried(String what, String why) {
    return new InvalidRequestException("Cannot " + what + ": the server at " + server.address() + " " + why);
  }

  private Answer ask(AcquireRequest request) {
    return server.ask(Request.of(Command.PLAIN_ACQUIRE, request.withTtl(HeldLeases.ttl(request))));
  }

  private Answer ask(Command<List<LeaseId>> command, LeaseId lease) {
    Answer answer = server.ask(Request.of(command, lease));
    answer.descriptors().forEach(Descriptor::close); // nobody has asked for one
    return answer;
  }

  private Grant granted(Answer answer, AcquireRequest request) {
    try {
      if (answer.hasLost()) {
        answer.descriptors().forEach(Descriptor::close);
        throw new StorageException("Cannot acquire " + request.id()
            + ": too many open files in this process; close some objects, or raise its limit (ulimit -n)");
      }
      Grant grant = PlainGrants.of(answer, request);
      return new Grant(leases.add(grant.lease(), request), grant.extent());
    } catch (Throwable failure) {
      String lease = answer.response().leaseId();
      if (lease != null) {
        giveBack(new LeaseId(lease), failure);
      }
      throw failure;
    }
  }

  private boolean isThere(ObjectId id) {
    try {
      StatOf _ = look(id);
      return true;
    } catch (NotFoundException no) {
      return false;
    }
  }

  /** What an object is, as its own lease says. */
  private record StatOf(Lease lease, long extentBytes) {
  }

  private StatOf look(ObjectId id) {
    Grant grant = find(AcquireRequest.read(id));
    try {
      return new StatOf(grant.lease(), grant.lease().object().extentBytes());
    } finally {
      grant.extent().close();
      release(grant.lease().id());
    }
  }

  private PackiceException refused(String what, Answer answer, ErrorCode usual, String advice) {
    String words = Printable.legible(String.valueOf(answer.response().refusal()), MOST_QUOTED);
    return answer.response().refusalCode(usual)
        .toException("Cannot " + what + ": the server at " + server.address() + " says: " + words + "; " + advice);
  }

  private Answer command(Command<List<LeaseId>> command, LeaseId lease) {
    return told(command.name(), ask(command, lease), lease);
  }

  private Answer told(String command, Answer answer, LeaseId lease) {
    if (answer.response().refusal() != null) {
      throw refused(command + " " + leases.describe(lease), answer, ErrorCode.LEASE_EXPIRED,
          "the lease has probably ended: acquire anew");
    }
    return answer;
  }

  /** Nothing to do: the server freezes what it seals. That the leases live is looked at. */
  @Override
  public void freeze(List<LeaseId> drafts) {
    requireOpen();
    Session.requireFew(drafts, List.of());
    leases.requireDrafts("freeze", drafts);
    drafts.forEach(this::renewNow);
  }

  /** One after the other. What can be found out before the first is, and what was sealed before one that cannot be is discarded. */
  @Override
  public void seal(List<LeaseId> drafts, List<ObjectId> discards) {
    requireOpen();
    Session.requireFew(drafts, discards);
    leases.requireDrafts("seal", drafts);
    if (drafts.size() > 1) {
      drafts.forEach(this::renewNow);
    }
    List<LeaseId> sealed = new ArrayList<>();
    try {
      for (LeaseId lease : drafts) {
        Answer _ =
            told("seal", server.ask(Request.of(Command.SEAL, new Request.Seal(List.of(lease), List.of()))), lease);
        leases.sealed(lease);
        sealed.add(lease);
      }
    } catch (Throwable failure) {
      sealed.forEach(lease -> undo(lease, failure));
      throw failure;
    }
    discards.forEach(this::discardIfThere);
  }

  private void undo(LeaseId sealed, Throwable because) {
    try {
      ObjectId id = leases.object(sealed);
      release(sealed);
      if (id != null) {
        discardIfThere(id);
      }
    } catch (PackiceException alsoFailed) {
      because.addSuppressed(alsoFailed);
    }
  }

  private void discardIfThere(ObjectId id) {
    try {
      discard(id);
    } catch (NotFoundException gone) {
      return; // as was asked for
    }
  }

  @Override
  public void discard(LeaseId lease) {
    requireOpen();
    leases.requireDiscardable(lease);
    Answer _ = command(Command.DISCARD, lease);
    leases.forget(lease);
  }

  /** The server may call it an error to release what has ended; here it is none. */
  @Override
  public void release(LeaseId lease) {
    if (closed) {
      return;
    }
    leases.forget(lease);
    String refusal = ask(Command.RELEASE, lease).response().refusal();
    if (refusal != null) {
      leases.keeper().leaveToTtl(lease, Printable.legible(refusal, MOST_QUOTED));
    }
  }

  @Override
  public @Nullable Duration renew(LeaseId lease) {
    requireOpen();
    return leases.renewed(lease, renewNow(lease));
  }

  @Override
  public LeaseKeeper leaseKeeper() {
    return leases.keeper();
  }

  private @Nullable Duration renewNow(LeaseId lease) {
    return told("renew", server.ask(Request.renew(List.of(lease), false)), lease).response().toTtl();
  }

  /** Leases the object for a moment. Of its leases, age and pin the server says nothing: they are 0, and false. */
  @Override
  public ObjectStatus stat(ObjectId id) {
    requireOpen();
    StatOf seen = look(id);
    return new ObjectStatus(seen.lease().object(), Blob.alignUp(seen.extentBytes()), 0, false, Duration.ZERO,
        Duration.ZERO, null);
  }

  @Override
  public ObjectPage list(String prefix, @Nullable ObjectId after, int limit) {
    throw unknown("list objects");
  }

  @Override
  public Part<ObjectStatus> idle(long bytes, long skip, int limit) {
    throw unknown("list what is idle");
  }

  @Override
  public PeerStats stats() {
    throw unknown("describe the peer");
  }

  @Override
  public Part<SessionStatus> sessions(long skip, int limit) {
    throw unknown("list who is connected");
  }

  @Override
  public void pin(ObjectId id) {
    throw unknown("pin " + Objects.requireNonNull(id));
  }

  @Override
  public void unpin(ObjectId id) {
    throw unknown("unpin " + Objects.requireNonNull(id));
  }

  private RuntimeException unknown(String what) {
    requireOpen();
    return notCarried(what, "has no such command; it answers for one object at a time, by its name");
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException("Cannot use this session: it is closed; connect anew");
    }
  }

  /** Releases what it holds; its unsealed drafts are discarded by that. What the server does not hear of ends by its TTL. */
  @Override
  public void close() {
    if (closed) {
      return;
    }
    leases.close();
    for (LeaseId lease : leases.bound()) {
      try {
        release(lease);
      } catch (PeerUnavailableException gone) {
        leases.keeper().leaveToTtl(lease, gone.getMessage());
        break; // it hears of the others no more than of this one
      }
    }
    closed = true;
    server.close();
  }
}
