package io.packice.djl;

import ai.djl.training.dataset.Batch;
import java.lang.ref.Cleaner;
import java.util.Iterator;
import java.util.NoSuchElementException;

/** The batches of an epoch, for one thread at a time. If it is left and collected, so is what was loaded ahead; batches that were taken stay. */
final class BatchIterator implements Iterator<Batch> {
  /** DJL's switch: "false" keeps batches open after the last one was taken, until the caller's manager closes. */
  private static final String CLOSE_AT_END = "ai.djl.dataiterator.autoclose";
  private static final Cleaner CLEANER = Cleaner.create();

  private final Epoch epoch;

  BatchIterator(Epoch epoch) {
    this.epoch = epoch;
    CLEANER.register(this, epoch::stop);
  }

  @Override
  public boolean hasNext() {
    boolean more = epoch.hasMore();
    if (!more) {
      if (Boolean.parseBoolean(System.getProperty(CLOSE_AT_END, "true"))) {
        epoch.close();
      } else {
        epoch.stop();
      }
    }
    return more;
  }

  @Override
  public Batch next() {
    if (!epoch.hasMore()) {
      throw new NoSuchElementException("Cannot take another batch: the epoch is over");
    }
    return epoch.next();
  }
}
