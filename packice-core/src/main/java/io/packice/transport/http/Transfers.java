package io.packice.transport.http;

import io.packice.metrics.HttpMeters;
import io.packice.metrics.HttpMeters.CutOff;
import io.packice.transport.wire.Wire;

import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import org.eclipse.jetty.io.EndPoint;

/**
 * The bodies that are on their way, in either direction. Those that hardly move are ended; and of those that take memory until they have been read, the
 * slowest, if all of them together take too much. Safe from any thread.
 */
final class Transfers {
  /** What answers may take that nobody has read yet, and commands that are not whole: as much as the longest. */
  static final long MOST_HELD_BYTES = Wire.MAX_RESPONSE_BYTES;

  private final HttpLimits limits;
  private final HttpMeters meters;
  private final Set<Ticket> running = ConcurrentHashMap.newKeySet();
  private final AtomicLong heldBytes = new AtomicLong();

  /** What tells how far it is. */
  interface Transfer {
    long movedBytes();

    HttpMeters.Direction direction();
  }

  /** One of them. */
  static final class Ticket {
    private final EndPoint connection;
    private final String remote;
    private final Transfer transfer;
    private long heldBytes; // guarded by this, as is the next
    private boolean isOver;
    private final long beganAtNanos = System.nanoTime();
    private long checkedAtNanos = System.nanoTime(); // this and the next belong to the sweeping thread
    private long checkedBytes;

    Ticket(EndPoint connection, String remote, Transfer transfer, long heldBytes) {
      this.connection = connection;
      this.remote = remote;
      this.transfer = transfer;
      this.heldBytes = heldBytes;
    }

    double bytesPerNano() {
      return transfer.movedBytes() / (double) Math.max(1, System.nanoTime() - beganAtNanos);
    }

    /** What it takes of memory now; gives by how much that is more than before. */
    private synchronized long hold(long bytes) {
      long more = isOver ? 0 : bytes - heldBytes;
      heldBytes += more;
      return more;
    }

    private synchronized long heldBytes() {
      return heldBytes;
    }

    /** It takes nothing any more; gives how much it took. */
    private synchronized long end() {
      isOver = true;
      return heldBytes;
    }

    void cut(String why) {
      connection.close(new TimeoutException(why)); // which fails the transfer, and so ends it
    }
  }

  Transfers(HttpLimits limits, HttpMeters meters) {
    this.limits = limits;
    this.meters = meters;
  }

  int count() {
    return running.size();
  }

  /** What answers take that nobody has read yet, and commands that are not whole. */
  long heldBytes() {
    return heldBytes.get();
  }

  Ticket begin(Exchange exchange, Transfer transfer) {
    return begin(exchange, transfer, 0);
  }

  /** Begins one that takes memory until its end, in bytes. */
  Ticket begin(Exchange exchange, Transfer transfer, long held) {
    return begin(exchange.request.getConnectionMetaData().getConnection().getEndPoint(), exchange.remote(), transfer,
        held);
  }

  Ticket begin(EndPoint connection, String remote, Transfer transfer, long held) {
    Ticket ticket = new Ticket(connection, remote, transfer, held);
    if (held > 0 && heldBytes.addAndGet(held) > MOST_HELD_BYTES) {
      makeRoom();
    }
    running.add(ticket);
    meters.transferBegan(transfer.direction());
    return ticket;
  }

  /** What it takes of memory has grown to so many bytes. */
  void hold(Ticket ticket, long bytes) {
    long more = ticket.hold(bytes);
    if (heldBytes.addAndGet(more) > MOST_HELD_BYTES && more > 0) {
      makeRoom();
    }
  }

  private synchronized void makeRoom() {
    List<Ticket> slowest = running.stream().filter(ticket -> ticket.heldBytes() > 0)
        .sorted(Comparator.comparingDouble(Ticket::bytesPerNano)).toList();
    for (Ticket ticket : slowest) {
      if (heldBytes.get() <= MOST_HELD_BYTES) {
        return;
      }
      Log.unread(ticket.remote, ticket.transfer.direction() == HttpMeters.Direction.IN, ticket.heldBytes(),
          ticket.transfer.movedBytes());
      meters.cutOff(CutOff.UNREAD);
      ticket.cut("unread");
      end(ticket);
    }
  }

  /** Ends one whose reader leaves too much of it unread. */
  void cutStream(Ticket ticket, long unreadBytes) {
    Log.unreadStream(ticket.remote, unreadBytes);
    meters.cutOff(CutOff.UNREAD);
    ticket.cut("unread");
    end(ticket);
  }

  void end(Ticket ticket) {
    if (running.remove(ticket)) {
      heldBytes.addAndGet(-ticket.end());
      meters.transferEnded(ticket.transfer.direction());
    }
  }

  /** Ends those that moved too little since they were last looked at. */
  void sweep() {
    long now = System.nanoTime();
    for (Ticket ticket : running) {
      long passedNanos = now - ticket.checkedAtNanos;
      if (passedNanos < limits.idle().toNanos()) {
        continue;
      }
      long moved = ticket.transfer.movedBytes();
      double seconds = passedNanos / 1e9;
      if (moved - ticket.checkedBytes < limits.minBytesPerSecond() * seconds) {
        Log.tooSlow(ticket.remote, moved - ticket.checkedBytes, Math.round(seconds));
        meters.cutOff(CutOff.SLOW_BODY);
        ticket.cut("too slow");
      }
      ticket.checkedAtNanos = now;
      ticket.checkedBytes = moved;
    }
  }
}
