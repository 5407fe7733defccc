package io.packice.peers.tiered;

import io.packice.core.ObjectId;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/** Which objects are being copied from one tier to the other. Whoever makes, discards or replaces such an object cancels its move. */
final class Moves {
  private final Map<ObjectId, Move> moves = new ConcurrentHashMap<>();
  private final TierLeases leases;
  private volatile boolean isLast;

  Moves(TierLeases leases) {
    this.leases = leases;
  }

  /** One object on its way. */
  final class Move implements AutoCloseable {
    private final ObjectId id;
    private final CountDownLatch ended = new CountDownLatch(1);
    private volatile boolean cancelled;

    private Move(ObjectId id) {
      this.id = id;
    }

    boolean isCancelled() {
      return cancelled;
    }

    @Override
    public void close() {
      moves.remove(id, this);
      ended.countDown();
    }
  }

  /** Begins a move; null if the object is on its way already, or somebody is making the next version of it. */
  @Nullable
  Move begin(ObjectId id) {
    Move move = new Move(id);
    if (moves.putIfAbsent(id, move) != null) {
      return null;
    }
    if (!isLast && leases.claimOn(id) != null) { // looked at after the move is known: a claim that comes later cancels it
      move.close();
      return null;
    }
    return move;
  }

  @Nullable
  Move cancel(ObjectId id) {
    Move move = moves.get(id);
    if (move != null) {
      move.cancelled = true;
    }
    return move;
  }

  /** The peer is being closed: what is on its way stays where it is, and who is making a next version will not come to its end. */
  void cancelAll() {
    isLast = true;
    moves.values().forEach(move -> move.cancelled = true);
  }

  /** Waits until a cancelled move has given back its draft: a few milliseconds. */
  static void awaitEnd(@Nullable Move move) {
    boolean interrupted = false;
    while (move != null && move.ended.getCount() > 0) {
      try {
        move.ended.await();
      } catch (InterruptedException e) {
        interrupted = true; // the wait is short, and its caller must not go on without its end
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
