package io.packice.transport.http;

import io.packice.core.AcquireRequest;
import io.packice.core.Grant;
import io.packice.core.ObjectId;
import io.packice.core.ObjectStatus;
import io.packice.core.Session;
import io.packice.transport.wire.Response;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import org.eclipse.jetty.http.HttpHeader;

/** Objects by their names, and the peer itself: REST beside the commands. */
final class ObjectRoutes {
  private static final String METRICS_TYPE = "text/plain; version=0.0.4; charset=utf-8";

  private final Served served;
  private final Session session;

  ObjectRoutes(Served served) {
    this.served = served;
    this.session = served.session();
  }

  List<Route> all() {
    return List.of(Route.inside("GET", "/objects", this::list), Route.inside("GET", "/objects/{id}", this::describe),
        Route.inside("PUT", "/objects/{id}", this::put), Route.inside("DELETE", "/objects/{id}", this::delete),
        Route.inside("GET", "/objects/{id}/blobs/{blob}", this::readBlob),
        Route.inside("GET", "/idle", exchange -> exchange.json(200, Response.idle(
            session.idle(Served.number(exchange, "bytes", 0, Long.MAX_VALUE), Served.skip(exchange),
                Served.limit(exchange))))),
        Route.inside("GET", "/stats", exchange -> exchange.json(200, Response.stats(session.stats()))),
        Route.inside("GET", "/sessions", exchange -> exchange.json(200,
            Response.sessions(session.sessions(Served.skip(exchange), Served.limit(exchange))))),
        Route.inside("GET", "/metrics", exchange -> exchange.answer(200, METRICS_TYPE,
            served.peer().scrape().getBytes(StandardCharsets.UTF_8))),
        Route.inside("GET", "/health", this::health).withAccess(Route.Access.EVERYBODY));
  }

  private void health(Exchange exchange) {
    session.stats(); // throws if the peer is closed
    exchange.json(200, Response.plain("ok"));
  }

  private void list(Exchange exchange) {
    String prefix = exchange.parameter("prefix");
    String after = exchange.parameter("after");
    exchange.json(200, Response.page(session.list(prefix == null ? "" : prefix,
        after == null ? null : new ObjectId(after), Served.limit(exchange))));
  }

  private void describe(Exchange exchange) {
    ObjectStatus status = session.stat(exchange.object());
    exchange.json(200, Response.status(status).withPlaces(
        Served.urls("/objects/" + UrlPath.encode(status.object().id().value()), status.object()), null));
  }

  private void put(Exchange exchange) {
    ObjectUpload.requireWhole(exchange);
    if (!beginChange(exchange)) {
      return;
    }
    ObjectUpload upload = new ObjectUpload(exchange, session, served.options().limits(), served.transfers());
    String type = exchange.headers().get(HttpHeader.CONTENT_TYPE);
    if (type != null && type.toLowerCase(Locale.ROOT).startsWith("multipart/")) {
      upload.takeForm(type);
    } else {
      upload.takeOneBlob();
    }
  }

  private void delete(Exchange exchange) {
    if (beginChange(exchange)) {
      session.discard(exchange.object());
      exchange.empty(204);
    }
  }

  private boolean beginChange(Exchange exchange) {
    return served.requests().ofObjects().begin(exchange, exchange.headers().get(Repetitions.NAME));
  }

  /** The request itself holds a lease while the bytes are on their way. */
  private void readBlob(Exchange exchange) {
    Grant grant = session.acquire(AcquireRequest.read(exchange.object()));
    OpenBytes bytes = new OpenBytes(grant.lease().object(), grant.extent(),
        () -> HeldLeases.releaseQuietly(session, grant.lease().id()));
    bytes.retain();
    try {
      BlobAnswer.send(exchange, bytes, exchange.variable("blob"), served.digests());
    } finally {
      bytes.close();
    }
  }
}
