package io.packice.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import java.util.function.ToDoubleFunction;

/** What a peer's HTTP servers tell of connections, requests and bodies. docs/metrics.md has each metric. Safe from any thread. */
public final class HttpMeters {
  private final MeterRegistry registry;
  private final AtomicLong connections = new AtomicLong();
  private final LongAdder accepted = new LongAdder();
  private final LongAdder receivedBytes = new LongAdder();
  private final LongAdder sentBytes = new LongAdder();
  private final AtomicLong transfersIn = new AtomicLong();
  private final AtomicLong transfersOut = new AtomicLong();
  private final Counter slowHeads;
  private final Counter slowBodies;
  private final Counter unread;
  private volatile LongSupplier heldAnswers = () -> 0;
  private volatile LongSupplier heldUnread = () -> 0;
  private volatile LongSupplier openSessions = () -> 0;
  private final Map<Answered, Counter> requests = new ConcurrentHashMap<>();

  private record Answered(String route, int status) {
  }

  /** Which way a body goes, as the peer sees it. */
  public enum Direction {
    /** From a client. */
    IN,
    /** To a client. */
    OUT
  }

  /** Why a connection was ended for the sake of the others. */
  public enum CutOff {
    /** The head of a request was not whole in time. */
    SLOW_HEAD,
    /** A body hardly moved. */
    SLOW_BODY,
    /** An answer was read, or a command sent, more slowly than others, and all together took too much memory. */
    UNREAD
  }

  HttpMeters(MeterRegistry registry) {
    this.registry = registry;
    Gauge.builder("packice.http.connections", connections, AtomicLong::get).description("Open connections")
        .register(registry);
    counter("packice.http.accepted", "Connections that were accepted", accepted);
    counter("packice.http.received.bytes", "Bytes that came in, heads included", receivedBytes);
    counter("packice.http.sent.bytes", "Bytes that went out, heads included", sentBytes);
    for (Direction direction : Direction.values()) {
      Gauge.builder("packice.http.transfers", running(direction), AtomicLong::get).tag("direction", name(direction))
          .description("Bodies that are on their way").register(registry);
    }
    slowHeads = cutOffs(CutOff.SLOW_HEAD);
    slowBodies = cutOffs(CutOff.SLOW_BODY);
    unread = cutOffs(CutOff.UNREAD);
    Gauge.builder("packice.http.sessions", this, meters -> meters.openSessions.getAsLong())
        .description("Sessions that clients have open over HTTP").register(registry);
    held("answers", meters -> meters.heldAnswers.getAsLong());
    held("unread", meters -> meters.heldUnread.getAsLong());
  }

  /**
   * Watches what a server keeps in memory for its clients, in place of the server before.
   *
   * @param answers what it keeps of answers for requests that come again, in bytes
   * @param unread what answers take that are on their way, in bytes
   * @param sessions how many sessions its clients have open
   */
  public void watch(LongSupplier answers, LongSupplier unread, LongSupplier sessions) {
    heldAnswers = answers;
    heldUnread = unread;
    openSessions = sessions;
  }

  private void held(String what, ToDoubleFunction<HttpMeters> bytes) {
    Gauge.builder("packice.http.held.bytes", this, bytes).tag("kind", what)
        .description("Memory that is kept for clients").register(registry);
  }

  private Counter cutOffs(CutOff reason) {
    return Counter.builder("packice.http.cut.off").tag("reason", name(reason))
        .description("Connections that were ended because they hardly moved").register(registry);
  }

  private void counter(String name, String description, LongAdder number) {
    FunctionCounter.builder(name, number, LongAdder::doubleValue).description(description).register(registry);
  }

  private static String name(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }

  /** A connection was accepted. */
  public void connectionOpened() {
    accepted.increment();
    connections.incrementAndGet();
  }

  /** A connection ended. */
  public void connectionClosed() {
    connections.decrementAndGet();
  }

  /**
   * Bytes went over a connection.
   *
   * @param received came in since the last time
   * @param sent went out since the last time
   */
  public void moved(long received, long sent) {
    receivedBytes.add(received);
    sentBytes.add(sent);
  }

  /**
   * A request has its answer.
   *
   * @param route what it was for: one of few names
   * @param status the status that it was answered with
   */
  public void answered(String route, int status) {
    requests.computeIfAbsent(new Answered(route, status), this::requests).increment();
  }

  private Counter requests(Answered answered) {
    return Counter.builder("packice.http.requests").tag("route", answered.route)
        .tag("status", String.valueOf(answered.status))
        .description("Requests, by route and the status of their answers")
        .register(registry);
  }

  /**
   * A body begins to move.
   *
   * @param direction which way
   */
  public void transferBegan(Direction direction) {
    running(direction).incrementAndGet();
  }

  /**
   * A body has moved, or never will.
   *
   * @param direction which way
   */
  public void transferEnded(Direction direction) {
    running(direction).decrementAndGet();
  }

  private AtomicLong running(Direction direction) {
    return switch (direction) {
      case IN -> transfersIn;
      case OUT -> transfersOut;
    };
  }

  /**
   * A connection was ended for the sake of the others.
   *
   * @param reason why
   */
  public void cutOff(CutOff reason) {
    switch (reason) {
      case SLOW_HEAD -> slowHeads.increment();
      case SLOW_BODY -> slowBodies.increment();
      case UNREAD -> unread.increment();
    }
  }
}
