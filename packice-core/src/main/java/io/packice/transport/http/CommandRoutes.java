package io.packice.transport.http;

import io.packice.core.AcquireRequest;
import io.packice.core.AcquireRequest.Binding;
import io.packice.core.Intent;
import io.packice.core.Lease;
import io.packice.core.LeaseId;
import io.packice.transport.wire.Command;
import io.packice.transport.wire.Request;
import io.packice.transport.wire.Response;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/** The commands about sessions, leases and objects, and the bytes behind leases. */
final class CommandRoutes {
  /** The longest single wait for a seal; who has more patience asks again. */
  private static final Duration MAX_WAIT = Duration.ofSeconds(5);
  /** Requests that may wait at a time; further ones get their answer at once. */
  private static final int MOST_WAITING = 32;

  private final Served served;
  private final HeldLeases leases;
  private final OpenSessions sessions;
  private final Semaphore waiting = new Semaphore(MOST_WAITING);

  /** What a command does here, and what it answers. */
  private interface Operation<Q> {
    Response run(Exchange exchange, Request<Q> command);
  }

  CommandRoutes(Served served) {
    this.served = served;
    this.leases = served.leases();
    this.sessions = served.sessions();
  }

  List<Route> all() {
    return List.of(command("/sessions", Command.HELLO, this::open), command(Command.ACQUIRE, this::acquire),
        command(Command.RELEASE, this::release), command(Command.RENEW, this::renew),
        command(Command.FREEZE, (_, command) -> {
          leases.freeze(command.what());
          return Response.plain("frozen");
        }), command(Command.SEAL, (_, command) -> {
          leases.seal(command.what().leases(), command.what().discards());
          return Response.plain("sealed");
        }), command(Command.DISCARD, (_, command) -> {
          leases.discard(Command.one("discard", command.what()));
          return Response.plain("discarded");
        }), command(Command.PIN, this::run), command(Command.UNPIN, this::run),
        Route.inside("GET", "/leases/{lease}/blobs/{blob}", this::readBlob),
        Route.inside("PUT", "/leases/{lease}/blobs/{blob}", this::writeBlob));
  }

  private <Q> Route command(Command<Q> command, Operation<Q> operation) {
    return command("/" + command.name(), command, operation);
  }

  /** A command that changes something: once, however often it comes under one name. */
  private <Q> Route command(String path, Command<Q> command, Operation<Q> operation) {
    Repetitions repetitions = served.requests().of(command.effect());
    return Route.inside("POST", path, exchange -> exchange.withCommand(command, request -> {
      if (repetitions.begin(exchange, request.id())) {
        exchange.json(200, operation.run(exchange, request));
      }
    }));
  }

  private <Q> Response run(Exchange exchange, Request<Q> request) {
    return request.command().run(served.session(), request.what());
  }

  // ---- sessions

  private Response open(Exchange exchange, Request<Request.Hello> request) {
    OpenSessions.Open opened = sessions.begin(request.what().ttl());
    opened.beforeEnd(() -> List.copyOf(opened.leases).forEach(leases::forget));
    return Response.hello(opened.id).withTtl(opened.ttl);
  }

  private Response renew(Exchange exchange, Request<Request.Renewal> request) {
    String session = request.session();
    if (session != null) {
      return Response.renewed(sessions.require(session, exchange).ttl);
    }
    Request.Renewal what = request.what();
    leases.useFor(exchange, what.leases());
    return what.isList() ? Response.renewed(leases.renew(what.leases()))
        : Response.renewed(leases.renew(Command.one("renew", what.leases())));
  }

  private Response release(Exchange exchange, Request<List<LeaseId>> request) {
    String session = request.session();
    if (session == null) {
      leases.release(Command.one("release", request.what()));
    } else {
      sessions.end(session);
    }
    return Response.plain("released");
  }

  // ---- leases

  private Response acquire(Exchange exchange, Request<AcquireRequest> asked) {
    String id = asked.session();
    OpenSessions.Open within = id == null ? null : sessions.require(id, exchange);
    AcquireRequest request = within == null ? asked.what().withBinding(Binding.DETACHED) : asked.what();
    boolean mayWait = !request.patience().isZero() && request.intent() != Intent.CREATE;
    if (!mayWait) {
      return acquire(request.withPatience(Duration.ZERO), within);
    }
    if (!waiting.tryAcquire()) {
      exchange.header("Retry-After", "1"); // which an answer that grants ignores
      return acquire(request.withPatience(Duration.ZERO), within);
    }
    try {
      Duration wait = request.patience().compareTo(MAX_WAIT) < 0 ? request.patience() : MAX_WAIT;
      return acquire(request.withPatience(wait), within);
    } finally {
      waiting.release();
    }
  }

  private Response acquire(AcquireRequest request, OpenSessions.@Nullable Open within) {
    Lease lease = leases.acquire(request, within);
    return Response.granted(lease).withPlaces(
        Served.urls("/leases/" + UrlPath.encode(lease.id().value()), lease.object()), handles(lease));
  }

  /** The file of an object that is one blob in a file, for clients that share the file system. */
  private @Nullable List<String> handles(Lease lease) {
    if (!served.options().sharedPaths()) {
      return null;
    }
    Path file = lease.object().blobs().size() == 1 ? leases.file(lease.id()) : null;
    return file == null ? List.of() : List.of(file.toAbsolutePath().toString());
  }

  private void readBlob(Exchange exchange) {
    LeaseId lease = new LeaseId(exchange.variable("lease"));
    leases.useFor(exchange, List.of(lease));
    BlobAnswer.send(exchange, leases.bytes(lease), exchange.variable("blob"), served.digests());
  }

  private void writeBlob(Exchange exchange) {
    LeaseId lease = new LeaseId(exchange.variable("lease"));
    leases.useFor(exchange, List.of(lease));
    DraftUpload.start(exchange, leases.draft(lease), exchange.variable("blob"),
        served.session().stats().capacityBytes(), served.options().limits(), served.transfers());
  }
}
