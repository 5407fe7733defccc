package io.packice.transport.http;

import io.packice.metrics.HttpMeters;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.IteratingCallback;
import org.jspecify.annotations.Nullable;

/** Sends what is written, one piece after the other, without a thread that waits. While there is something to send it is a transfer, which has to move. */
final class StreamedAnswer implements AnswerStream, Transfers.Transfer {
  private final Exchange exchange;
  private final Callback callback;
  private final Transfers transfers;
  private final Sender sender = new Sender();
  private final Deque<byte[]> unsent = new ArrayDeque<>(); // guarded by this, as is all below
  private Transfers.@Nullable Ticket ticket; // while there is something to send
  private long unreadBytes; // the piece that is being sent included
  private long sentBytes;
  private int sendingBytes;
  private boolean isClosed; // by its writer
  private boolean isOver;

  StreamedAnswer(Exchange exchange, Callback callback, Transfers transfers) {
    this.exchange = exchange;
    this.callback = callback;
    this.transfers = transfers;
  }

  /** Sends the head, so that the client knows that it is heard. */
  StreamedAnswer begun() {
    synchronized (this) {
      unsent.add(new byte[0]);
    }
    sender.iterate();
    return this;
  }

  @Override
  public boolean write(byte[] bytes) {
    Transfers.Ticket tooSlow = null;
    synchronized (this) {
      if (!isOpen()) {
        return false;
      }
      if (ticket != null && unreadBytes + bytes.length > MOST_UNREAD_BYTES) {
        isOver = true;
        unsent.clear();
        tooSlow = ticket;
      } else if (bytes.length > 0) {
        enqueue(bytes);
      }
    }
    if (tooSlow != null) {
      transfers.cutStream(tooSlow, MOST_UNREAD_BYTES); // which fails the write that is under way
      return false;
    }
    sender.iterate();
    return true;
  }

  private void enqueue(byte[] bytes) {
    unsent.add(bytes);
    unreadBytes += bytes.length;
    if (ticket == null) {
      ticket = transfers.begin(exchange, this, unreadBytes);
    } else {
      transfers.hold(ticket, unreadBytes);
    }
  }

  /** The next piece, after the one before it was sent; null if there is none. */
  private synchronized byte @Nullable [] next() {
    sentBytes += sendingBytes;
    unreadBytes -= sendingBytes;
    byte[] next = unsent.poll();
    sendingBytes = next == null ? 0 : next.length;
    if (next == null) {
      endTicket();
    }
    return next;
  }

  /** Nothing comes any more, and nothing is left to send. */
  private synchronized boolean isAtEnd() {
    return isClosed && unsent.isEmpty();
  }

  private synchronized void end() {
    isOver = true;
    unsent.clear();
    endTicket();
  }

  private void endTicket() {
    if (ticket != null) {
      transfers.end(ticket);
      ticket = null;
    }
  }

  @Override
  public synchronized boolean isOpen() {
    return !isClosed && !isOver;
  }

  @Override
  public void close() {
    synchronized (this) {
      isClosed = true;
    }
    sender.iterate();
  }

  @Override
  public HttpMeters.Direction direction() {
    return HttpMeters.Direction.OUT;
  }

  @Override
  public synchronized long movedBytes() {
    return sentBytes;
  }

  /** Writes a piece at a time, by whichever thread is there. */
  private final class Sender extends IteratingCallback {
    private boolean isLastSent; // of whichever thread iterates

    @Override
    protected Action process() {
      byte[] piece = next();
      if (piece != null) {
        exchange.response.write(false, ByteBuffer.wrap(piece), this);
        return Action.SCHEDULED;
      }
      if (!isAtEnd()) {
        return Action.IDLE;
      }
      if (isLastSent) {
        return Action.SUCCEEDED;
      }
      isLastSent = true;
      exchange.response.write(true, null, this);
      return Action.SCHEDULED;
    }

    @Override
    protected void onCompleteSuccess() {
      end();
      callback.succeeded();
    }

    @Override
    protected void onCompleteFailure(Throwable cause) {
      end();
      Log.connectionLost(cause);
      callback.failed(cause);
    }
  }
}
