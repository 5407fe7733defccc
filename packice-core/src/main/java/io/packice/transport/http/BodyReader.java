package io.packice.transport.http;

import io.packice.metrics.HttpMeters;
import java.util.List;
import java.util.function.Consumer;
import java.util.zip.CRC32C;
import org.eclipse.jetty.io.Content;

/**
 * Reads the body of a request as it comes, without a thread that waits. What it carries goes to a sink, chunk by chunk; its length is checked
 * against a limit on the way, and its checksum against the request's in the end.
 */
final class BodyReader implements Transfers.Transfer {
  /** What is as long as this does not count: each connection takes more in any case. */
  private static final int SHORT_BYTES = 4_096;

  private final Exchange exchange;
  private final long limit;
  private final Consumer<Content.Chunk> sink;
  private final Runnable onEnd;
  private final Consumer<Throwable> onFailure;
  private final Transfers transfers;
  private final Transfers.Ticket ticket;
  private final CRC32C crc = new CRC32C();
  private final List<Integer> expectedCrcs;
  private final boolean isKept;

  private volatile long readBytes;

  private BodyReader(Exchange exchange, long limit, Transfers transfers, Consumer<Content.Chunk> sink, boolean isKept,
      Runnable onEnd, Consumer<Throwable> onFailure) {
    this.isKept = isKept;
    this.exchange = exchange;
    this.limit = limit;
    this.sink = sink;
    this.onEnd = onEnd;
    this.onFailure = onFailure;
    this.transfers = transfers;
    this.expectedCrcs = Digests.announced(exchange.headers());
    this.ticket = transfers.begin(exchange, this);
  }

  /**
   * Begins to read; one of the last two is called in the end.
   *
   * @param limit the most bytes
   * @param sink takes each chunk, which is released afterwards; the last may be empty
   */
  static void start(Exchange exchange, long limit, Transfers transfers, Consumer<Content.Chunk> sink, Runnable onEnd,
      Consumer<Throwable> onFailure) {
    start(exchange, limit, transfers, sink, false, onEnd, onFailure);
  }

  /** The same for a body that its sink keeps in memory until its end, which counts. */
  static void startKept(Exchange exchange, long limit, Transfers transfers, Consumer<Content.Chunk> sink,
      Runnable onEnd, Consumer<Throwable> onFailure) {
    start(exchange, limit, transfers, sink, true, onEnd, onFailure);
  }

  private static void start(Exchange exchange, long limit, Transfers transfers, Consumer<Content.Chunk> sink,
      boolean isKept, Runnable onEnd, Consumer<Throwable> onFailure) {
    BodyReader reader;
    try {
      reader = new BodyReader(exchange, limit, transfers, sink, isKept, onEnd, onFailure);
    } catch (RuntimeException refused) { // the caller has opened what it is to go to
      onFailure.accept(refused);
      return;
    }
    reader.read();
  }

  private void read() {
    try {
      while (true) {
        Content.Chunk chunk = exchange.request.read();
        if (chunk == null) {
          exchange.request.demand(this::read);
          return;
        }
        if (Content.Chunk.isFailure(chunk)) {
          fail(chunk.getFailure());
          return;
        }
        boolean isLast = chunk.isLast();
        try {
          take(chunk);
        } finally {
          chunk.release();
        }
        if (isLast) {
          end();
          return;
        }
      }
    } catch (Throwable failure) {
      fail(failure);
    }
  }

  private void take(Content.Chunk chunk) {
    long total = readBytes + chunk.remaining();
    if (total > limit) {
      throw Refusal
          .tooLarge(
              "Cannot take a body of more than " + limit + " bytes: so many were announced, or this peer takes no more"
                  + " at a time (--http-body-limit); send less");
    }
    if (!expectedCrcs.isEmpty()) {
      crc.update(chunk.getByteBuffer().duplicate());
    }
    readBytes = total;
    sink.accept(chunk);
    if (isKept && total > SHORT_BYTES) {
      transfers.hold(ticket, total);
    }
  }

  private void end() {
    transfers.end(ticket);
    for (int expected : expectedCrcs) {
      if (expected != (int) crc.getValue()) {
        throw Refusal.badRequest("Cannot take the body: it has the checksum " + Digests.field((int) crc.getValue())
            + " instead of " + Digests.field(expected) + "; it was changed on its way, send it again");
      }
    }
    onEnd.run();
  }

  private void fail(Throwable failure) {
    transfers.end(ticket);
    onFailure.accept(failure);
  }

  @Override
  public HttpMeters.Direction direction() {
    return HttpMeters.Direction.IN;
  }

  @Override
  public long movedBytes() {
    return readBytes;
  }
}
