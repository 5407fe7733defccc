package io.packice.transport.http;

import io.packice.core.ErrorCode;
import io.packice.core.NotFoundException;
import io.packice.core.PeerUnavailableException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import org.eclipse.jetty.server.Request;
import org.jspecify.annotations.Nullable;

/** Which routes a server has, of whichever module. Immutable but for the counts, safe from any thread. */
final class RouteTable {
  /** Of requests whose path or method nobody knows. */
  static final String NONE = "none";

  private final Map<String, List<Entry>> routes = new HashMap<>(); // by their keys; not changed any more

  private record Entry(Route route, AtomicInteger underWay) {
  }

  /** What a request is for: a route, or none and the methods that its path has. */
  record Match(@Nullable Entry entry, Map<String, String> variables, Set<String> methods) {
    Route.Access access() {
      return entry == null ? Route.Access.CALLERS : entry.route.access();
    }

    String name() {
      return entry == null ? NONE : entry.route.toString();
    }
  }

  /**
   * Makes a table.
   *
   * @throws IllegalArgumentException if a request could mean two of them
   */
  RouteTable(List<Route> all) {
    for (Route route : all) {
      List<Entry> others = routes.computeIfAbsent(route.key(), _ -> new ArrayList<>());
      for (Entry other : others) {
        if (route.isLike(other.route)) {
          throw new IllegalArgumentException(
              "Cannot add the route " + route + ": there is " + other.route + "; choose another path");
        }
      }
      others.add(new Entry(route, new AtomicInteger()));
    }
  }

  Match find(String method, List<String> path) {
    Set<String> methods = new TreeSet<>(); // in the order in which they are told
    for (Entry each : routes.getOrDefault(Route.key(path), List.of())) {
      Map<String, String> variables = each.route.match(path);
      if (variables == null) {
        continue;
      }
      if (each.route.method().equals(method)) {
        return new Match(each, variables, methods);
      }
      methods.add(each.route.method());
      if (each.route.method().equals("GET")) {
        methods.add("HEAD");
      }
    }
    return new Match(null, Map.of(), methods);
  }

  /** Answers a request, now or later. */
  void handle(Exchange exchange, Match match) {
    Entry entry = match.entry;
    if (entry == null) {
      throw refusal(exchange, match.methods);
    }
    if (entry.route.mostAtATime() < Integer.MAX_VALUE) {
      begin(exchange, entry);
    }
    exchange.route(entry.route, match.variables);
    entry.route.action().handle(exchange);
  }

  private static RuntimeException refusal(Exchange exchange, Set<String> methods) {
    if (methods.isEmpty()) {
      return new NotFoundException("Cannot find " + exchange.request.getHttpURI().getPath()
          + ": there is no such path; a slash in an object id is written %2F");
    }
    exchange.header("Allow", String.join(", ", methods));
    return new Refusal.HttpRefusal(405, ErrorCode.INVALID_REQUEST,
        "Cannot " + exchange.method() + " here; use " + String.join(", ", methods));
  }

  private static void begin(Exchange exchange, Entry entry) {
    if (entry.underWay.incrementAndGet() > entry.route.mostAtATime()) {
      entry.underWay.decrementAndGet();
      exchange.header("Retry-After", "1");
      throw new PeerUnavailableException("Cannot answer " + entry.route + ": " + entry.route.mostAtATime()
          + " such requests are under way; end one of them, or ask again later");
    }
    Request.addCompletionListener(exchange.request, _ -> entry.underWay.decrementAndGet());
  }
}
