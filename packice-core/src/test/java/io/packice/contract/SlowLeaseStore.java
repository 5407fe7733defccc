package io.packice.contract;

import io.packice.core.LeaseId;
import io.packice.core.LeaseStore;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/** A lease store elsewhere: while it is slow, each call takes until a test lets it go on. What it was told, one call after the other, can be looked at. */
public final class SlowLeaseStore implements LeaseStore {
  private final LeaseStore store;
  private final Semaphore begun = new Semaphore(0);
  private final Semaphore mayGoOn = new Semaphore(0);
  private final List<Call> calls = new ArrayList<>(); // guarded by this
  private volatile boolean slow;
  private volatile @Nullable RuntimeException refusal;

  /**
   * One call.
   *
   * @param live the leases that live
   * @param ended those that have ended
   */
  public record Call(List<LeaseRecord> live, List<LeaseId> ended) {
  }

  /**
   * Slows a store down.
   *
   * @param store what keeps the leases; closed with this
   */
  public SlowLeaseStore(LeaseStore store) {
    this.store = store;
  }

  /** From now on, each call waits. */
  public void slowDown() {
    slow = true;
  }

  /** Waits until so many calls more are under way. */
  public void awaitCalls(int count) {
    begun.acquireUninterruptibly(count);
  }

  /** Lets so many calls that wait, or will, go on. */
  public void letGoOn(int count) {
    mayGoOn.release(count);
  }

  /** From now on, each call throws; or none, if null is given. */
  public void refuse(@Nullable RuntimeException newRefusal) {
    refusal = newRefusal;
  }

  /** What it was told since this was asked last. */
  public synchronized List<Call> takeCalls() {
    List<Call> taken = List.copyOf(calls);
    calls.clear();
    return taken;
  }

  @Override
  public void update(Collection<LeaseRecord> live, Collection<LeaseId> ended) {
    synchronized (this) {
      calls.add(new Call(List.copyOf(live), List.copyOf(ended)));
    }
    if (slow) {
      begun.release();
      mayGoOn.acquireUninterruptibly();
    }
    RuntimeException why = refusal;
    if (why != null) {
      throw why;
    }
    store.update(live, ended);
  }

  @Override
  public List<LeaseRecord> leases() {
    return store.leases();
  }

  @Override
  public void close() {
    store.close();
  }
}
