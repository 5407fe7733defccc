package io.packice.transport.http;

import io.packice.backends.memory.MemfdBlobStore;
import io.packice.core.BlobStore;
import io.packice.core.Extent;
import io.packice.core.ObjectId;
import io.packice.core.StoredObject;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;

/** Memory whose seals take until they are let go on. */
final class SlowStore implements BlobStore {
  private final BlobStore memory = new MemfdBlobStore();
  private final CountDownLatch began = new CountDownLatch(1);
  private final CountDownLatch mayGoOn = new CountDownLatch(1);

  /** Waits until a seal is under way. */
  void awaitSeal() {
    await(began);
  }

  void goOn() {
    mayGoOn.countDown();
  }

  private static void await(CountDownLatch latch) {
    boolean interrupted = false;
    while (latch.getCount() > 0) {
      try {
        latch.await();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public Draft allocate(ObjectId id, OptionalLong byteSize) {
    Draft draft = memory.allocate(id, byteSize);
    return new Draft() {
      @Override
      public Extent openWriter() {
        return draft.openWriter();
      }

      @Override
      public long byteSize() {
        return draft.byteSize();
      }

      @Override
      public void freeze(StoredObject object) {
        draft.freeze(object);
      }

      @Override
      public Sealed seal(StoredObject object) {
        began.countDown();
        await(mayGoOn);
        return draft.seal(object);
      }

      @Override
      public void discard() {
        draft.discard();
      }
    };
  }

  @Override
  public void close() {
    memory.close();
  }
}
