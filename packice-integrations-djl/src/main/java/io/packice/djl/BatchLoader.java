package io.packice.djl;

import io.packice.djl.LoadedBatch.Part;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Brings rows of an open table into the memory of batches. Does without the engine, so that any thread may load, several at once.
 */
final class BatchLoader {
  /** Whether a batch may show the mapping itself, which nobody can write. */
  enum Views {
    ALLOWED, FORBIDDEN
  }

  /** A column and the buffers that its gathered batches use. */
  private record Source(TensorColumn column, BufferRing ring) {
  }

  private final TableShare table;
  private final List<Source> features;
  private final List<Source> labels;
  private final Views views;

  BatchLoader(TableShare table, List<TensorColumn> features, List<TensorColumn> labels, int batchSize, int ringSize,
      Views views) {
    this.table = table;
    this.features = features.stream().map(column -> source(column, batchSize, ringSize)).toList();
    this.labels = labels.stream().map(column -> source(column, batchSize, ringSize)).toList();
    this.views = views;
  }

  private static Source source(TensorColumn column, int batchSize, int ringSize) {
    return new Source(column, new BufferRing(batchBytes(column, batchSize), ringSize));
  }

  private static long batchBytes(TensorColumn column, int batchSize) {
    long rowBytes = column.tensorRowBytes();
    if (rowBytes > Integer.MAX_VALUE / batchSize) {
      throw new IllegalArgumentException("Cannot make batches of " + batchSize + " rows of " + rowBytes
          + " bytes: a tensor made from a buffer has at most " + Integer.MAX_VALUE
          + " bytes; choose a batch size of at most "
          + Integer.MAX_VALUE / rowBytes);
    }
    return rowBytes * batchSize;
  }

  TableShare table() {
    return table;
  }

  long rowCount() {
    return features.getFirst().column().rowCount();
  }

  /**
   * Loads some rows.
   *
   * @param rows at least one, at most a batch
   * @return what the caller makes tensors of, or releases
   * @throws IllegalStateException if the table is closed
   */
  LoadedBatch load(long[] rows) {
    List<Part> loaded = new ArrayList<>();
    try (TableShare _ = table.another()) {
      boolean inPlace = views == Views.ALLOWED && areConsecutive(rows);
      for (Source source : features) {
        loaded.add(load(source, rows, inPlace));
      }
      for (Source source : labels) {
        loaded.add(load(source, rows, inPlace));
      }
      return new LoadedBatch(rows, List.copyOf(loaded.subList(0, features.size())),
          List.copyOf(loaded.subList(features.size(), loaded.size())));
    } catch (Throwable failure) {
      loaded.forEach(part -> part.release().run());
      throw failure;
    }
  }

  private Part load(Source source, long[] rows, boolean inPlace) {
    TensorColumn column = source.column();
    @Nullable MemorySegment view = inPlace ? column.view(rows[0], rows.length) : null;
    if (view != null) {
      return new Part(column, rows.length, view, table.another()::close);
    }
    BufferRing ring = source.ring();
    MemorySegment buffer = ring.take();
    try {
      column.gather(rows, buffer);
    } catch (Throwable failure) {
      ring.giveBack(buffer);
      throw failure;
    }
    return new Part(column, rows.length, buffer.asSlice(0, rows.length * column.tensorRowBytes()),
        () -> ring.giveBack(buffer));
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
