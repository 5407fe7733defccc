package io.packice.djl;

import io.packice.arrow.memory.UseCount.Use;
import io.packice.djl.LoadedBatch.Part;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/** Brings rows of an open table into the memory of batches. Does without the engine, so that any thread may load, several at once. */
final class BatchLoader {
  /** Whether batches may show where rows lie, rather than a copy. */
  enum Views {
    ALLOWED, FORBIDDEN
  }

  /** A column and the buffers that its gathered batches use, one ring for each of its arrays. */
  private record Source(ColumnSource column, List<BufferRing> rings) {
    static Source of(ColumnSource column, long batchRows, int ringSize) {
      return new Source(column,
          column.tensors().stream().map(tensor -> new BufferRing(tensor.rowBytes() * batchRows, ringSize)).toList());
    }

    Source over(UnaryOperator<ColumnSource> memory) {
      return new Source(memory.apply(column), rings);
    }
  }

  private final Use use;
  private final List<Source> features;
  private final List<Source> labels;
  private final Views views;

  /** Rows of batches of at most {@code batchRows}; {@code use} is this one's from now on. */
  BatchLoader(Use use, List<ColumnSource> features, List<ColumnSource> labels, long batchRows, int ringSize) {
    this(use, features.stream().map(column -> Source.of(column, batchRows, ringSize)).toList(),
        labels.stream().map(column -> Source.of(column, batchRows, ringSize)).toList(), Views.ALLOWED);
  }

  private BatchLoader(Use use, List<Source> features, List<Source> labels, Views views) {
    this.use = use;
    this.features = features;
    this.labels = labels;
    this.views = views;
  }

  /** The same with a use of its own. */
  BatchLoader with(Use newUse) {
    return new BatchLoader(newUse, features, labels, views);
  }

  /** The same without views; {@code newUse} is that one's. */
  BatchLoader withoutViews(Use newUse) {
    return new BatchLoader(newUse, features, labels, Views.FORBIDDEN);
  }

  /** The same with columns over other memory, and the same buffers; {@code newUse} is that one's. */
  BatchLoader over(Use newUse, UnaryOperator<ColumnSource> memory) {
    return new BatchLoader(newUse, features.stream().map(source -> source.over(memory)).toList(),
        labels.stream().map(source -> source.over(memory)).toList(), views);
  }

  /** The same for rows one by one, each in a buffer of its own length; the use stays this one's. */
  BatchLoader ofRows(Views newViews, int ringSize) {
    return new BatchLoader(use, features.stream().map(source -> Source.of(source.column, 1, ringSize)).toList(),
        labels.stream().map(source -> Source.of(source.column, 1, ringSize)).toList(), newViews);
  }

  Use use() {
    return use;
  }

  List<TensorSpec> featureTensors() {
    return features.stream().flatMap(source -> source.column.tensors().stream()).toList();
  }

  List<TensorSpec> labelTensors() {
    return labels.stream().flatMap(source -> source.column.tensors().stream()).toList();
  }

  /**
   * Loads some rows.
   *
   * @param rows at least one, at most a batch
   * @return what the caller makes arrays of, or releases
   * @throws IllegalStateException if the table is closed
   */
  LoadedBatch load(long[] rows) {
    List<Part> loaded = new ArrayList<>();
    try (Use _ = use.another()) {
      boolean together = views == Views.ALLOWED && areConsecutive(rows);
      features.forEach(source -> load(source, rows, together, loaded));
      int featureCount = loaded.size();
      labels.forEach(source -> load(source, rows, together, loaded));
      return new LoadedBatch(rows, List.copyOf(loaded.subList(0, featureCount)),
          List.copyOf(loaded.subList(featureCount, loaded.size())));
    } catch (Throwable failure) {
      loaded.forEach(part -> part.release().run());
      throw failure;
    }
  }

  private void load(Source source, long[] rows, boolean together, List<Part> loaded) {
    List<TensorSpec> tensors = source.column.tensors();
    MemorySegment view = together ? source.column.view(rows[0], rows.length) : null;
    if (view != null) {
      loaded.add(new Part(tensors.getFirst(), rows.length, view, use.another()::close));
      return;
    }
    List<MemorySegment> buffers = new ArrayList<>();
    for (int i = 0; i < tensors.size(); i++) {
      BufferRing ring = source.rings.get(i);
      BufferRing.Loan loan = ring.take();
      MemorySegment buffer = loan.memory().asSlice(0, rows.length * tensors.get(i).rowBytes());
      buffers.add(buffer);
      loaded.add(new Part(tensors.get(i), rows.length, buffer, loan::giveBack));
    }
    source.column.gather(rows, buffers);
  }

  private static boolean areConsecutive(long[] rows) {
    for (int i = 1; i < rows.length; i++) {
      if (rows[i] != rows[0] + i) {
        return false;
      }
    }
    return true;
  }
}
