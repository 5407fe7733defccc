package io.packice.transport.http;

import io.packice.metrics.HttpMeters;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.IteratingCallback;

/**
 * Writes pieces of memory to a connection, one chunk after the other, those of mapped memory without copying them, and without a thread that waits: however
 * slow the reader is, it costs nobody else anything.
 */
final class BlobSender extends IteratingCallback implements Transfers.Transfer {
  private static final long CHUNK_BYTES = 4 << 20;
  /** What is no mapped memory is copied on its way, by the JDK, to a buffer that its thread keeps. */
  private static final long CHUNK_BYTES_OF_HEAP = 64 << 10;

  private final Response response;
  private final List<Piece> pieces;
  private final Callback callback;
  private final Transfers transfers;
  private final Transfers.Ticket ticket;
  private final Runnable afterwards;

  private int next; // the piece that is being sent
  private long offset; // of its next chunk
  private final AtomicLong sentBytes = new AtomicLong();
  private volatile ByteBuffer chunk = ByteBuffer.allocate(0);

  /** What is sent as it is. */
  record Piece(MemorySegment bytes) {
  }

  private BlobSender(Exchange exchange, List<Piece> pieces, Callback callback, Transfers transfers,
      long heldBytes, Runnable afterwards) {
    this.response = exchange.response;
    this.pieces = pieces;
    this.callback = callback;
    this.transfers = transfers;
    this.afterwards = afterwards;
    this.ticket = transfers.begin(exchange, this, heldBytes);
  }

  /** Begins to write; false if the request has been answered already, and then nothing runs afterwards. */
  static boolean start(Exchange exchange, int status, List<Piece> pieces, Transfers transfers, Runnable afterwards) {
    Callback callback = exchange.begin(status);
    if (callback == null) {
      return false;
    }
    new BlobSender(exchange, pieces, callback, transfers, 0, afterwards).iterate();
    return true;
  }

  /** Begins to write the body of an answer that has begun. */
  static void send(Exchange exchange, byte[] body, Callback callback, Transfers transfers) {
    new BlobSender(exchange, List.of(new Piece(MemorySegment.ofArray(body))), callback, transfers, body.length, () -> {
      // the garbage collector has it
    }).iterate();
  }

  @Override
  protected Action process() {
    sentBytes.addAndGet(chunk.capacity());
    while (next < pieces.size() && offset == pieces.get(next).bytes().byteSize()) {
      next++;
      offset = 0;
    }
    if (next == pieces.size()) {
      if (chunk.capacity() > 0) {
        return Action.SUCCEEDED; // the last chunk was written as such
      }
      chunk = ByteBuffer.allocate(0);
      next++; // an empty body
      response.write(true, null, this);
      return Action.SCHEDULED;
    }
    if (next > pieces.size()) {
      return Action.SUCCEEDED;
    }
    MemorySegment piece = pieces.get(next).bytes();
    long length = Math.min(piece.isNative() ? CHUNK_BYTES : CHUNK_BYTES_OF_HEAP, piece.byteSize() - offset);
    ByteBuffer bytes = piece.asSlice(offset, length).asByteBuffer();
    offset += length;
    chunk = bytes;
    response.write(isAtEnd(), bytes, this);
    return Action.SCHEDULED;
  }

  private boolean isAtEnd() {
    return offset == pieces.get(next).bytes().byteSize()
        && pieces.subList(next + 1, pieces.size()).stream().allMatch(piece -> piece.bytes().byteSize() == 0);
  }

  @Override
  public HttpMeters.Direction direction() {
    return HttpMeters.Direction.OUT;
  }

  @Override
  public long movedBytes() {
    return sentBytes.get() + chunk.position();
  }

  @Override
  protected void onCompleteSuccess() {
    finish();
    callback.succeeded();
  }

  @Override
  protected void onCompleteFailure(Throwable cause) {
    finish();
    Log.connectionLost(cause);
    callback.failed(cause);
  }

  private void finish() {
    transfers.end(ticket);
    afterwards.run();
  }
}
