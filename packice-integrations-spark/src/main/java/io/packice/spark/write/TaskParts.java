package io.packice.spark.write;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.apache.spark.util.AccumulatorV2;
import org.jspecify.annotations.Nullable;

/**
 * Brings the parts of a task to the driver as it ends. For batches Spark has a call for that; in streams the driver is told at the end of all, and what comes to it
 * with each task that succeeds are accumulators.
 */
final class TaskParts extends AccumulatorV2<PartsMessage, List<PartsMessage>> {
  private static final long serialVersionUID = 1;

  /** Of one task; on the driver there are none, since they are taken over as they come. */
  private final ArrayList<PartsMessage> written = new ArrayList<>();
  private final transient @Nullable Consumer<PartsMessage> driver;

  /** {@code driver} is called by Spark's scheduler, which logs what it throws. */
  TaskParts(Consumer<PartsMessage> driver) {
    this.driver = driver;
  }

  private TaskParts() {
    this.driver = null;
  }

  /** A task's own: a later epoch of a continuous stream takes the place of the one before, which the driver has been told of. */
  @Override
  public void add(PartsMessage parts) {
    written.clear();
    written.add(parts);
  }

  @Override
  public void merge(AccumulatorV2<PartsMessage, List<PartsMessage>> task) {
    if (driver != null) {
      task.value().forEach(driver);
    } else {
      written.addAll(task.value());
    }
  }

  @Override
  public List<PartsMessage> value() {
    return written;
  }

  @Override
  public boolean isZero() {
    return written.isEmpty();
  }

  @Override
  public AccumulatorV2<PartsMessage, List<PartsMessage>> copy() {
    TaskParts copy = new TaskParts();
    copy.written.addAll(written);
    return copy;
  }

  @Override
  public void reset() {
    written.clear();
  }
}
