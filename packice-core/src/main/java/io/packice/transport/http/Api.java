package io.packice.transport.http;

import io.packice.core.AcquireRequest;
import io.packice.core.AcquireRequest.Binding;
import io.packice.core.ErrorCode;
import io.packice.core.Extent;
import io.packice.core.Grant;
import io.packice.core.Intent;
import io.packice.core.Lease;
import io.packice.core.LeaseId;
import io.packice.core.NotFoundException;
import io.packice.core.ObjectId;
import io.packice.core.ObjectPage;
import io.packice.core.ObjectStatus;
import io.packice.core.Session;
import io.packice.core.StoredObject;
import io.packice.metrics.MeteredPeer;
import io.packice.transport.wire.Request;
import io.packice.transport.wire.Response;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.eclipse.jetty.http.HttpHeader;
import org.jspecify.annotations.Nullable;

/** What each path and method does. Runs on the server's threads, which wait for nothing but the peer. */
final class Api {
  /** The longest single wait for a seal; who has more patience asks again. */
  private static final Duration MAX_WAIT = Duration.ofSeconds(5);
  /** Requests that may wait at a time; further ones get their answer at once. */
  private static final int MOST_WAITING = 32;

  private static final String METRICS_TYPE = "text/plain; version=0.0.4; charset=utf-8";

  private final MeteredPeer peer;
  private final Session session;
  private final HeldLeases leases;
  private final HttpOptions options;
  private final Transfers transfers;
  private final Digests digests = new Digests();
  private final Semaphore waiting = new Semaphore(MOST_WAITING);
  private final Requests requests;

  /** What one method does. */
  private interface Action extends Consumer<Exchange> {
  }

  /** What a command does, and what it answers. */
  private interface Operation {
    Response run(Exchange exchange, Request command);
  }

  Api(MeteredPeer peer, Session session, HeldLeases leases, Requests requests, HttpOptions options,
      Transfers transfers) {
    this.peer = peer;
    this.requests = requests;
    this.session = session;
    this.leases = leases;
    this.options = options;
    this.transfers = transfers;
  }

  /** Answers a request, now or later. */
  void handle(Exchange exchange) {
    Map<String, Action> actions = actions(exchange.path());
    if (actions.isEmpty()) {
      throw new NotFoundException("Cannot find " + exchange.request.getHttpURI().getPath()
          + ": there is no such path; a slash in an object id is written %2F");
    }
    Action action = actions.get(exchange.isHead() ? "GET" : exchange.method());
    if (action == null) {
      TreeSet<String> allowed = new TreeSet<>(actions.keySet());
      if (allowed.contains("GET")) {
        allowed.add("HEAD");
      }
      exchange.header("Allow", String.join(", ", allowed));
      throw new Refusal.HttpRefusal(405, ErrorCode.INVALID_REQUEST,
          "Cannot " + exchange.method() + " here; use " + String.join(", ", allowed));
    }
    exchange.header(Repetitions.MOMENT, requests.ofObjects().moment());
    action.accept(exchange);
  }

  private Map<String, Action> actions(List<String> path) {
    return switch (path.size()) {
      case 1 -> actionsOf(path.getFirst());
      case 2 ->
          path.getFirst().equals("objects") ? Map.of("GET", this::describe, "PUT", this::put, "DELETE", this::delete)
              : Map.of();
      case 4 -> switch (path.getFirst() + "/" + path.get(2)) {
        case "objects/blobs" -> Map.of("GET", this::readBlob);
        case "leases/blobs" -> Map.of("GET", this::readLeasedBlob, "PUT", this::writeLeasedBlob);
        default -> Map.of();
      };
      default -> Map.of();
    };
  }

  private Map<String, Action> actionsOf(String name) {
    return switch (name) {
      case "acquire" -> command(requests.ofLeases(), this::acquire);
      case "release" -> command(requests.ofLeases(), (_, command) -> {
        leases.release(command.requiredLease());
        return Response.plain("released");
      });
      case "renew" -> command(requests.ofLeases(),
          (_, command) -> command.hasLeases() ? Response.renewed(leases.renew(command.requiredLeases()))
              : Response.renewed(leases.renew(command.requiredLease())));
      case "freeze" -> command(requests.ofLeases(), (_, command) -> {
        leases.freeze(command.requiredLeases());
        return Response.plain("frozen");
      });
      case "seal" -> command(requests.ofObjects(), (_, command) -> {
        leases.seal(command.requiredLeases(), command.discards());
        return Response.plain("sealed");
      });
      case "discard" -> command(requests.ofObjects(), (_, command) -> {
        leases.discard(command.requiredLease());
        return Response.plain("discarded");
      });
      case "pin" -> command(requests.ofObjects(), (_, command) -> {
        session.pin(command.requiredObject());
        return Response.plain("pinned");
      });
      case "unpin" -> command(requests.ofObjects(), (_, command) -> {
        session.unpin(command.requiredObject());
        return Response.plain("unpinned");
      });
      case "objects" -> Map.of("GET", this::list);
      case "idle" -> Map.of("GET", exchange -> exchange.json(200,
          Response.idle(session.idle(number(exchange, "bytes", 0, Long.MAX_VALUE), skip(exchange), limit(exchange)))));
      case "stats" -> Map.of("GET", exchange -> exchange.json(200, Response.stats(session.stats())));
      case "sessions" -> Map.of("GET",
          exchange -> exchange.json(200, Response.sessions(session.sessions(skip(exchange), limit(exchange)))));
      case "metrics" ->
          Map.of("GET", exchange -> exchange
              .give(Answer.text(200, METRICS_TYPE, peer.scrape().getBytes(StandardCharsets.UTF_8))));
      case "health" -> Map.of("GET", this::health);
      default -> Map.of();
    };
  }

  /** A command that changes something: once, however often it comes under one name. */
  private static Map<String, Action> command(Repetitions repetitions, Operation operation) {
    return Map.of("POST", exchange -> exchange.withCommand(command -> {
      if (repetitions.begin(exchange, command.requestId())) {
        exchange.json(200, operation.run(exchange, command));
      }
    }));
  }

  private void health(Exchange exchange) {
    session.stats(); // throws if the peer is closed
    exchange.json(200, Response.plain("ok"));
  }

  // ---- leases

  private Response acquire(Exchange exchange, Request command) {
    AcquireRequest request = command.toAcquire(Binding.DETACHED);
    boolean mayWait = !request.patience().isZero() && request.intent() != Intent.CREATE;
    if (!mayWait) {
      return acquire(request.withPatience(Duration.ZERO));
    }
    if (!waiting.tryAcquire()) {
      exchange.header("Retry-After", "1"); // which an answer that grants ignores
      return acquire(request.withPatience(Duration.ZERO));
    }
    try {
      return acquire(request.withPatience(request.patience().compareTo(MAX_WAIT) < 0 ? request.patience() : MAX_WAIT));
    } finally {
      waiting.release();
    }
  }

  private Response acquire(AcquireRequest request) {
    Lease lease = leases.acquire(request);
    return Response.granted(lease).withPlaces(leaseUrls(lease), handles(lease));
  }

  private static List<String> leaseUrls(Lease lease) {
    return urls("/leases/" + UrlPath.encode(lease.id().value()), lease.object());
  }

  private static List<String> urls(String base, StoredObject object) {
    return IntStream.range(0, object.blobs().size()).mapToObj(i -> base + "/blobs/" + i).toList();
  }

  /** The file of an object that is one blob in a file, for clients that share the file system. */
  private @Nullable List<String> handles(Lease lease) {
    if (!options.sharedPaths()) {
      return null;
    }
    Path file = lease.object().blobs().size() == 1 ? leases.file(lease.id()) : null;
    return file == null ? List.of() : List.of(file.toAbsolutePath().toString());
  }

  private void readLeasedBlob(Exchange exchange) {
    BlobAnswer.send(exchange, leases.bytes(new LeaseId(exchange.path().get(1))), exchange.path().get(3), digests,
        transfers);
  }

  private void writeLeasedBlob(Exchange exchange) {
    DraftUpload.start(exchange, leases.draft(new LeaseId(exchange.path().get(1))), exchange.path().get(3),
        session.stats().capacityBytes(), options.limits(), transfers);
  }

  // ---- objects

  private void list(Exchange exchange) {
    String prefix = exchange.parameter("prefix");
    String after = exchange.parameter("after");
    exchange.json(200, Response.page(
        session.list(prefix == null ? "" : prefix, after == null ? null : new ObjectId(after), limit(exchange))));
  }

  private static int limit(Exchange exchange) {
    return (int) number(exchange, "limit", ObjectPage.MAX_LIMIT, ObjectPage.MAX_LIMIT);
  }

  private static long skip(Exchange exchange) {
    return number(exchange, "skip", 0, Long.MAX_VALUE);
  }

  private static long number(Exchange exchange, String name, long otherwise, long most) {
    String text = exchange.parameter(name);
    if (text == null) {
      return otherwise;
    }
    long number;
    try {
      number = Long.parseLong(text);
    } catch (NumberFormatException e) {
      number = -1;
    }
    if (number < 0 || number > most) {
      throw Refusal.badRequest("Cannot use " + name + "=" + text + "; give a whole number up to " + most);
    }
    return number;
  }

  private void describe(Exchange exchange) {
    ObjectStatus status = session.stat(exchange.object());
    exchange.json(200, Response.status(status)
        .withPlaces(urls("/objects/" + UrlPath.encode(status.object().id().value()), status.object()), null));
  }

  private void put(Exchange exchange) {
    ObjectUpload.requireWhole(exchange);
    if (!requests.ofObjects().begin(exchange, exchange.headers().get(Repetitions.NAME))) {
      return;
    }
    ObjectUpload upload = new ObjectUpload(exchange, session, options.limits(), transfers);
    String type = exchange.headers().get(HttpHeader.CONTENT_TYPE);
    if (type != null && type.toLowerCase(Locale.ROOT).startsWith("multipart/")) {
      upload.takeForm(type);
    } else {
      upload.takeOneBlob();
    }
  }

  private void delete(Exchange exchange) {
    if (requests.ofObjects().begin(exchange, exchange.headers().get(Repetitions.NAME))) {
      session.discard(exchange.object());
      exchange.empty(204);
    }
  }

  /** The request itself holds a lease while the bytes are on their way. */
  private void readBlob(Exchange exchange) {
    Grant grant = session.acquire(AcquireRequest.read(exchange.object()));
    Extent extent = grant.extent();
    OpenBytes bytes = new OpenBytes(grant.lease().object(), extent, () -> release(grant.lease().id()));
    bytes.retain();
    try {
      BlobAnswer.send(exchange, bytes, exchange.path().get(3), digests, transfers);
    } finally {
      bytes.close();
    }
  }

  private void release(LeaseId lease) {
    try {
      session.release(lease);
    } catch (IllegalStateException peerClosed) {
      Log.connectionLost(peerClosed); // and all its leases ended
    }
  }
}
