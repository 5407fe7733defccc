package io.packice.transport.http;

import io.packice.core.OutcomeUnknownException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.LongSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What requests that have a name were answered. One that comes again, because its answer was lost, is not done again: it waits for the first one's answer,
 * without a thread, and gets it.
 *
 * <p>What is kept is bounded in bytes and in time, and the oldest answers are forgotten first. So a client that repeats says the last <i>moment</i> that
 * it had heard of before it sent the request first: all requests since then are numbered higher, and if none of these has been forgotten, the
 * first one never came. Otherwise nobody can tell, and that is the answer. Safe from any thread.
 */
final class Repetitions {
  /** The field that names a request which has no body of JSON. */
  static final String NAME = "Packice-Request-Id";
  /** The field of an answer that says how far this server's numbers are. */
  static final String MOMENT = "Packice-Moment";
  /** The field of a repetition: the moment from before the first. */
  static final String REPEATS = "Packice-Repeats";

  /** The longest wait for the first one's answer; who has more patience asks again. */
  static final Duration MOST_WAIT = Duration.ofSeconds(5);
  /** Longer than any client repeats. */
  private static final Duration KEPT = Duration.ofMinutes(10);
  private static final int LONGEST_NAME = 128;
  private static final int BYTES_EACH = 256;
  private static final Pattern MOMENT_FORM = Pattern.compile("([0-9a-f]{16})\\.([0-9]{1,18})");
  private static final Answer PENDING =
      Answer.json(202, io.packice.transport.wire.Response.plain("pending"));

  private final long mostBytes;
  private final boolean refusesUnknown;
  private final LongSupplier nanoTime;
  private final String life = HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong());
  private final Map<String, First> firsts = new HashMap<>(); // guarded by this, as is all below
  private final Deque<First> answered = new ArrayDeque<>(); // the oldest first
  private long answeredBytes;
  private long begun; // how many requests
  private long forgotten; // the highest number of those

  /** A request that was begun. */
  private static final class First {
    final String name;
    final String identity;
    final long number;
    final List<Waiting> waiting = new ArrayList<>();
    @Nullable Answer answer;
    long answeredAtNanos;

    First(String name, String identity, long number) {
      this.name = name;
      this.identity = identity;
      this.number = number;
    }

    long heldBytes() {
      return BYTES_EACH + 2L * (name.length() + identity.length()) + (answer == null ? 0 : answer.heldBytes());
    }
  }

  /** A repetition that waits. */
  private record Waiting(Exchange exchange, long sinceNanos) {
  }

  /**
   * Remembers nothing yet.
   *
   * @param mostBytes what answers may take
   * @param refusesUnknown whether a repetition of which nobody can tell is refused, and not done
   * @param nanoTime the time
   */
  Repetitions(long mostBytes, boolean refusesUnknown, LongSupplier nanoTime) {
    this.mostBytes = mostBytes;
    this.refusesUnknown = refusesUnknown;
    this.nanoTime = nanoTime;
  }

  /**
   * Begins a request. One that came before is answered here, now or later.
   *
   * @param name what its client chose; null if it has none
   * @return whether to do it
   * @throws OutcomeUnknownException if it is a repetition, and nobody can tell whether the first one was done
   */
  boolean begin(Exchange exchange, @Nullable String name) {
    if (name == null) {
      return true;
    }
    requireShort(name);
    Answer known;
    synchronized (this) {
      First first = firsts.get(name);
      if (first == null) {
        requireKnown(exchange.headers().get(REPEATS));
        First begins = new First(name, exchange.identity(), ++begun);
        firsts.put(name, begins);
        exchange.onAnswer(answer -> answered(begins, answer));
        return true;
      }
      if (!first.identity.equals(exchange.identity())) {
        throw Refusal.badRequest("Cannot use the request_id " + name
            + ": another request has it; choose a new one for each request, at random");
      }
      known = first.answer;
      if (known == null) {
        first.waiting.add(new Waiting(exchange, nanoTime.getAsLong()));
        return false;
      }
    }
    exchange.give(known);
    return false;
  }

  private static void requireShort(String name) {
    if (name.isEmpty() || name.length() > LONGEST_NAME) {
      throw Refusal.badRequest("Cannot use a request_id of " + name.length() + " characters; give 1 to " + LONGEST_NAME
          + ", such as a UUID");
    }
  }

  private void requireKnown(@Nullable String moment) {
    if (moment == null || !refusesUnknown) {
      return;
    }
    Matcher match = MOMENT_FORM.matcher(moment);
    boolean isOfThisLife = match.matches() && match.group(1).equals(life);
    if (!isOfThisLife || forgotten > Long.parseLong(match.group(2))) {
      throw new OutcomeUnknownException("Cannot tell whether this request was done when it came first: this peer "
          + (isOfThisLife ? "has answered many since, and keeps the last " + (mostBytes >> 20) + " MiB of answers"
              : "was started since")
          + "; look at what it was to change");
    }
  }

  private void answered(First first, Answer answer) {
    List<Waiting> waiting;
    synchronized (this) {
      if (answer.isFinal()) {
        first.answer = answer;
        first.answeredAtNanos = nanoTime.getAsLong();
        answered.addLast(first);
        answeredBytes += first.heldBytes();
        while (answeredBytes > mostBytes) {
          forgetOldest();
        }
      } else {
        firsts.remove(first.name);
      }
      waiting = List.copyOf(first.waiting);
      first.waiting.clear();
    }
    waiting.forEach(each -> each.exchange.give(answer.isFinal() ? answer : PENDING)); // the next of them is done
  }

  private void forgetOldest() {
    First oldest = answered.removeFirst();
    firsts.remove(oldest.name);
    answeredBytes -= oldest.heldBytes();
    forgotten = Math.max(forgotten, oldest.number);
  }

  /** How far the numbers are, for answers. */
  synchronized String moment() {
    return life + "." + begun;
  }

  /** What is kept takes so many bytes. */
  synchronized long heldBytes() {
    return answeredBytes;
  }

  /** Lets those ask again who have waited long enough, and forgets what nobody repeats any more. */
  void sweep() {
    List<Exchange> patient = new ArrayList<>();
    synchronized (this) {
      long now = nanoTime.getAsLong();
      for (First first : firsts.values()) {
        for (Waiting each : first.waiting) {
          if (now - each.sinceNanos >= MOST_WAIT.toNanos()) {
            patient.add(each.exchange);
          }
        }
        first.waiting.removeIf(each -> now - each.sinceNanos >= MOST_WAIT.toNanos());
      }
      while (!answered.isEmpty() && now - answered.getFirst().answeredAtNanos >= KEPT.toNanos()) {
        forgetOldest();
      }
    }
    patient.forEach(exchange -> exchange.give(PENDING));
  }
}
