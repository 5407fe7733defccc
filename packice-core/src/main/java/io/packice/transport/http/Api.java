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

  /** What one method does. */
  private interface Action extends Consumer<Exchange> {
  }

  Api(MeteredPeer peer, Session session, HeldLeases leases, HttpOptions options, Transfers transfers) {
    this.peer = peer;
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
      case "acquire" -> Map.of("POST", exchange -> exchange.withCommand(command -> acquire(exchange, command)));
      case "freeze" -> Map.of("POST", exchange -> exchange.withCommand(command -> {
        leases.freeze(command.requiredLeases());
        exchange.json(200, Response.plain("frozen"));
      }));
      case "seal" -> Map.of("POST", exchange -> exchange.withCommand(command -> {
        leases.seal(command.requiredLeases(), command.discards());
        exchange.json(200, Response.plain("sealed"));
      }));
      case "discard" -> lease("discarded", leases::discard);
      case "release" -> lease("released", leases::release);
      case "renew" -> Map.of("POST", exchange -> exchange.withCommand(
          command -> exchange.json(200, Response.renewed(leases.renew(command.requiredLease())))));
      case "pin" -> object("pinned", session::pin);
      case "unpin" -> object("unpinned", session::unpin);
      case "objects" -> Map.of("GET", this::list);
      case "idle" -> Map.of("GET", exchange -> exchange.json(200,
          Response.page(new ObjectPage(session.idle(number(exchange, "bytes", 0, Long.MAX_VALUE)), null))));
      case "stats" -> Map.of("GET", exchange -> exchange.json(200, Response.stats(session.stats())));
      case "sessions" -> Map.of("GET", exchange -> exchange.json(200, Response.sessions(session.sessions())));
      case "metrics" ->
          Map.of("GET", exchange -> exchange.text(200, METRICS_TYPE, peer.scrape().getBytes(StandardCharsets.UTF_8)));
      case "health" -> Map.of("GET", this::health);
      default -> Map.of();
    };
  }

  private static Map<String, Action> lease(String done, Consumer<LeaseId> operation) {
    return Map.of("POST", exchange -> exchange.withCommand(command -> {
      operation.accept(command.requiredLease());
      exchange.json(200, Response.plain(done));
    }));
  }

  private static Map<String, Action> object(String done, Consumer<ObjectId> operation) {
    return Map.of("POST", exchange -> exchange.withCommand(command -> {
      operation.accept(command.requiredObject());
      exchange.json(200, Response.plain(done));
    }));
  }

  private void health(Exchange exchange) {
    session.stats(); // throws if the peer is closed
    exchange.json(200, Response.plain("ok"));
  }

  // ---- leases

  private void acquire(Exchange exchange, Request command) {
    AcquireRequest request = command.toAcquire(Binding.DETACHED);
    boolean waits = !request.patience().isZero() && request.intent() != Intent.CREATE && waiting.tryAcquire();
    try {
      Duration patience = !waits ? Duration.ZERO
          : request.patience().compareTo(MAX_WAIT) < 0 ? request.patience() : MAX_WAIT;
      Lease lease = leases.acquire(request.withPatience(patience), command.requestId());
      exchange.json(200, Response.granted(lease).withPlaces(leaseUrls(lease), handles(lease)));
    } finally {
      if (waits) {
        waiting.release();
      }
    }
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
    int limit = (int) number(exchange, "limit", ObjectPage.MAX_LIMIT, ObjectPage.MAX_LIMIT);
    exchange.json(200, Response.page(
        session.list(prefix == null ? "" : prefix, after == null ? null : new ObjectId(after), limit)));
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
    ObjectUpload upload = new ObjectUpload(exchange, session, options.limits(), transfers);
    String type = exchange.headers().get(HttpHeader.CONTENT_TYPE);
    if (type != null && type.toLowerCase(Locale.ROOT).startsWith("multipart/")) {
      upload.takeForm(type);
    } else {
      upload.takeOneBlob();
    }
  }

  private void delete(Exchange exchange) {
    session.discard(exchange.object());
    exchange.empty(204);
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
