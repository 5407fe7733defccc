package io.packice.core;

import java.util.Comparator;
import java.util.TreeSet;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * What ends at a time, the first to end first. Each step takes logarithmic time: one that ends many, each found among millions, must not hold up the others.
 * When an element ends does not change while it is here. Not safe from several threads.
 */
final class Expiries<E> {
  private final ToLongFunction<E> endNanos;
  private final TreeSet<E> order;

  /**
   * Makes one without elements.
   *
   * @param endNanos when an element ends, by the clock that {@link #first} is compared with
   * @param atOnce the order of those that end at the same time
   */
  Expiries(ToLongFunction<E> endNanos, Comparator<E> atOnce) {
    this.endNanos = endNanos;
    Comparator<E> byEnd = (a, b) -> Long.signum(endNanos.applyAsLong(a) - endNanos.applyAsLong(b)); // the clock overflows
    this.order = new TreeSet<>(byEnd.thenComparing(atOnce));
  }

  void add(E element) {
    order.add(element);
  }

  void remove(E element) {
    order.remove(element);
  }

  /** The first to end; null if there is nothing. */
  @Nullable
  E first() {
    return order.isEmpty() ? null : order.first();
  }

  /** The first to end, if that is over by now. */
  @Nullable
  E firstDue(long nowNanos) {
    return nanosUntilFirst(nowNanos) <= 0 ? first() : null;
  }

  /** How long nothing ends; {@link Long#MAX_VALUE} if there is nothing. */
  long nanosUntilFirst(long nowNanos) {
    E first = first();
    return first == null ? Long.MAX_VALUE : endNanos.applyAsLong(first) - nowNanos;
  }
}
