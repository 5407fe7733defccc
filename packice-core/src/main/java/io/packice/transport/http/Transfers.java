package io.packice.transport.http;

import io.packice.metrics.HttpMeters;
import io.packice.metrics.HttpMeters.CutOff;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeoutException;
import org.eclipse.jetty.io.EndPoint;

/** The bodies that are on their way, in either direction. Those that hardly move are ended. Safe from any thread. */
final class Transfers {
  private final HttpLimits limits;
  private final HttpMeters meters;
  private final Set<Ticket> running = ConcurrentHashMap.newKeySet();

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
    private long checkedAtNanos = System.nanoTime(); // this and the next belong to the sweeping thread
    private long checkedBytes;

    Ticket(Exchange exchange, Transfer transfer) {
      this.connection = exchange.request.getConnectionMetaData().getConnection().getEndPoint();
      this.remote = exchange.remote();
      this.transfer = transfer;
    }
  }

  Transfers(HttpLimits limits, HttpMeters meters) {
    this.limits = limits;
    this.meters = meters;
  }

  int count() {
    return running.size();
  }

  Ticket begin(Exchange exchange, Transfer transfer) {
    Ticket ticket = new Ticket(exchange, transfer);
    running.add(ticket);
    meters.transferBegan(transfer.direction());
    return ticket;
  }

  void end(Ticket ticket) {
    if (running.remove(ticket)) {
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
        ticket.connection.close(new TimeoutException("too slow")); // which fails the transfer, and so ends it
      }
      ticket.checkedAtNanos = now;
      ticket.checkedBytes = moved;
    }
  }
}
