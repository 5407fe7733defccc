package io.packice.transport.http;

import io.packice.core.ObjectPage;
import io.packice.core.Session;
import io.packice.core.StoredObject;
import io.packice.metrics.MeteredPeer;
import java.util.List;
import java.util.stream.IntStream;

/**
 * What the routes of a peer work on.
 *
 * @param peer the peer
 * @param session for what belongs to no client's session
 * @param sessions those that clients have opened
 * @param leases what was given over HTTP
 * @param requests what is remembered of those that change something
 * @param options how the peer is served
 * @param transfers bodies on their way
 * @param digests checksums of what was sent
 */
record Served(MeteredPeer peer, Session session, OpenSessions sessions, HeldLeases leases, Requests requests,
    HttpOptions options, Transfers transfers, Digests digests) {
  /** Where the blobs of an object are, below a path. */
  static List<String> urls(String base, StoredObject object) {
    return IntStream.range(0, object.blobs().size()).mapToObj(i -> base + "/blobs/" + i).toList();
  }

  static int limit(Exchange exchange) {
    return (int) number(exchange, "limit", ObjectPage.MAX_LIMIT, ObjectPage.MAX_LIMIT);
  }

  static long skip(Exchange exchange) {
    return number(exchange, "skip", 0, Long.MAX_VALUE);
  }

  static long number(Exchange exchange, String name, long otherwise, long most) {
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
}
