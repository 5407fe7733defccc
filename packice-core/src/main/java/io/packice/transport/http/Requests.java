package io.packice.transport.http;

import io.packice.transport.wire.Command;
import java.util.function.LongSupplier;

/**
 * What is remembered of the requests that change something. Those about leases are many and are forgotten soon, and doing one of them twice does no harm that
 * a lease's TTL does not undo; so they have a memory of their own, and those about objects, which must never be done twice, are forgotten late.
 *
 * @param ofLeases acquire, release and renew
 * @param ofObjects seal, discard, pin and unpin
 */
record Requests(Repetitions ofLeases, Repetitions ofObjects) {
  private static final long MOST_BYTES = 4 << 20;

  static Requests remembered(LongSupplier nanoTime) {
    return new Requests(new Repetitions(MOST_BYTES, false, nanoTime), new Repetitions(MOST_BYTES, true, nanoTime));
  }

  /** Where those are remembered that change so much. */
  Repetitions of(Command.Effect effect) {
    return effect == Command.Effect.OBJECTS ? ofObjects : ofLeases;
  }

  void sweep() {
    ofLeases.sweep();
    ofObjects.sweep();
  }

  /** What is kept takes so many bytes. */
  long heldBytes() {
    return ofLeases.heldBytes() + ofObjects.heldBytes();
  }
}
