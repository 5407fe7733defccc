package io.packice.djl;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import io.packice.djl.LoadedBatch.Part;
import java.lang.ref.Cleaner;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * The tensors of one batch and the memory under them, which ends after them in whatever order managers are closed: this is attached to the
 * batch manager's parent, and its close first closes the batch manager, so that every tensor in it throws from then on, and only
 * then gives the memory back.
 *
 * <p>A tensor that was moved to another manager lives on, as DJL's users expect; its memory is given back when it was collected.
 */
final class BatchMemory implements AutoCloseable {
  private static final Cleaner CLEANER = Cleaner.create();

  /** A tensor and what it stands on. */
  private record Backed(NDArray tensor, Runnable release) {
    void end() {
      if (tensor.isReleased()) {
        release.run();
      } else {
        CLEANER.register(tensor, release);
      }
    }
  }

  private final NDManager parent;
  private final NDManager manager;
  private final String id;
  private final List<Backed> tensors = new ArrayList<>();
  private final AtomicBoolean closed = new AtomicBoolean();
  private final NDList data = new NDList();
  private final NDList labels = new NDList();

  private BatchMemory(NDManager parent) {
    this.parent = parent;
    this.manager = parent.newSubManager();
    this.id = "packice " + NDManager.nextUid();
  }

  /** Takes over the loaded memory; if this throws, the memory was given back. */
  static BatchMemory open(NDManager parent, LoadedBatch batch) {
    @Nullable BatchMemory memory = null;
    try {
      memory = new BatchMemory(parent);
      memory.add(batch.features(), memory.data);
      memory.add(batch.labels(), memory.labels);
      parent.attachInternal(memory.id, memory);
      return memory;
    } catch (Throwable failure) {
      if (memory != null) {
        memory.manager.close(); // first the tensors, then what they stand on
      }
      batch.release();
      throw failure;
    }
  }

  private void add(List<Part> parts, NDList list) {
    for (Part part : parts) {
      NDArray tensor = part.tensor(manager);
      tensors.add(new Backed(tensor, part.release()));
      list.add(tensor);
    }
  }

  NDManager manager() {
    return manager;
  }

  NDList data() {
    return data;
  }

  NDList labels() {
    return labels;
  }

  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      manager.close();
      tensors.forEach(Backed::end);
      parent.detachInternal(id);
    }
  }
}
