package io.packice.transport.http;

import io.packice.transport.wire.Wire;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * What one method does to one path of a peer that is served over HTTP. The peer's own paths are routes, and other modules add theirs when they open the
 * {@linkplain HttpServer#open(io.packice.core.Peer, HttpOptions, List) server}: a page, an exchange with other peers. Start with {@link #of} and refine by
 * the {@code with…} methods, each of which returns a changed copy. Immutable, safe from any thread.
 */
public final class Route {
  private static final Pattern METHOD = Pattern.compile("[A-Z]{1,16}");
  private static final Pattern VARIABLE = Pattern.compile("\\{(\\w+)}");

  private final String method;
  private final String path;
  private final List<String> segments;
  private final Access access;
  private final long mostBodyBytes;
  private final int mostAtATime;
  private final Action action;

  /** Who may ask. */
  public enum Access {
    /** Who shows the server's token; if it has none, programs of its host, and no web page. */
    CALLERS,
    /** Everybody who can connect: for what tells nothing and changes nothing. */
    EVERYBODY
  }

  /** Answers requests, on one of the few threads that the server has: what it waits for is to be short, and what lasts is {@linkplain HttpCall#stream streamed}. */
  @FunctionalInterface
  public interface Handler {
    /**
     * Answers one request, now or later. What it throws is the answer: a {@link io.packice.core.PackiceException} is sent with its code, an
     * {@link IllegalArgumentException} as a bad request, an {@link IllegalStateException} as a peer that is closing, and anything else is logged.
     *
     * @param call the request, and the way to its answer
     */
    void handle(HttpCall call);
  }

  /** The same for who knows the server's insides. */
  interface Action {
    void handle(Exchange exchange);
  }

  private Route(String method, String path, List<String> segments, Access access, long mostBodyBytes, int mostAtATime,
      Action action) {
    this.method = method;
    this.path = path;
    this.segments = segments;
    this.access = access;
    this.mostBodyBytes = mostBodyBytes;
    this.mostAtATime = mostAtATime;
    this.action = action;
  }

  /**
   * A route for callers, with bodies of at most 1 MiB.
   *
   * @param method such as {@code GET}, which answers {@code HEAD} too
   * @param path such as {@code /things/{id}}: segments that stand for themselves, the first always, and such as are given to the handler, decoded
   * @param handler what answers
   * @return the route
   * @throws IllegalArgumentException if the method or the path is none
   */
  public static Route of(String method, String path, Handler handler) {
    Objects.requireNonNull(handler, "handler");
    return inside(method, path, handler::handle);
  }

  static Route inside(String method, String path, Action action) {
    if (!METHOD.matcher(method).matches() || method.equals("HEAD")) {
      throw new IllegalArgumentException("Cannot route the method " + method + "; give one such as GET or POST");
    }
    List<String> segments = path.startsWith("/") ? List.of(path.substring(1).split("/", -1)) : List.of();
    boolean isWhole = segments.stream().allMatch(each -> variable(each) != null || !each.matches(".*[{}%?].*"));
    if (segments.isEmpty() || variable(segments.getFirst()) != null || !isWhole) {
      throw new IllegalArgumentException(
          "Cannot route the path " + path + "; give one such as /things/{id}, whose first segment stands for itself");
    }
    return new Route(method, path, segments, Access.CALLERS, Wire.MAX_REQUEST_BYTES, Integer.MAX_VALUE, action);
  }

  /** The name of what a segment of a path is given as; null if it stands for itself. */
  private static @Nullable String variable(String segment) {
    Matcher match = VARIABLE.matcher(segment);
    return match.matches() ? match.group(1) : null;
  }

  /**
   * For others than callers.
   *
   * @param newAccess who may ask
   * @return a changed copy
   */
  public Route withAccess(Access newAccess) {
    return new Route(method, path, segments, newAccess, mostBodyBytes, mostAtATime, action);
  }

  /**
   * With another bound of bodies. Longer ones are refused (413).
   *
   * @param bytes the most that a request may carry, 0 or more; the server's own limit holds besides
   * @return a changed copy
   * @throws IllegalArgumentException if it is negative
   */
  public Route withMostBodyBytes(long bytes) {
    if (bytes < 0) {
      throw new IllegalArgumentException("Cannot limit bodies to " + bytes + " bytes; give 0 or more");
    }
    return new Route(method, path, segments, access, bytes, mostAtATime, action);
  }

  /**
   * With a bound of requests whose answers are not over, such as streams. Further ones are refused (503), and may ask again.
   *
   * @param requests the most at a time, at least 1
   * @return a changed copy
   * @throws IllegalArgumentException if it is less
   */
  public Route withMostAtATime(int requests) {
    if (requests < 1) {
      throw new IllegalArgumentException("Cannot answer " + requests + " requests at a time; give at least 1");
    }
    return new Route(method, path, segments, access, mostBodyBytes, requests, action);
  }

  String method() {
    return method;
  }

  Access access() {
    return access;
  }

  long mostBodyBytes() {
    return mostBodyBytes;
  }

  int mostAtATime() {
    return mostAtATime;
  }

  Action action() {
    return action;
  }

  /** How many segments, and the first of them: what decides among all routes which are looked at. */
  String key() {
    return key(segments);
  }

  static String key(List<String> segments) {
    return segments.size() + "/" + segments.getFirst();
  }

  /** What the path's segments are to the handler; null if it is another path. */
  @Nullable
  Map<String, String> match(List<String> asked) {
    boolean isIt = asked.size() == segments.size() && IntStream.range(0, asked.size())
        .allMatch(i -> variable(segments.get(i)) != null || segments.get(i).equals(asked.get(i)));
    if (!isIt) {
      return null;
    }
    Map<String, String> variables = new HashMap<>();
    for (int i = 0; i < asked.size(); i++) {
      String name = variable(segments.get(i));
      if (name != null) {
        variables.put(name, asked.get(i));
      }
    }
    return variables;
  }

  /** Whether a request could mean both. */
  boolean isLike(Route other) {
    return method.equals(other.method) && segments.size() == other.segments.size()
        && IntStream.range(0, segments.size()).allMatch(i -> segments.get(i).equals(other.segments.get(i))
            || variable(segments.get(i)) != null || variable(other.segments.get(i)) != null);
  }

  /** Such as {@code GET /things/{id}}, in metrics and messages. */
  @Override
  public String toString() {
    return method + " " + path;
  }
}
