package io.packice.arrow;

import io.packice.ObjectWriter;
import io.packice.arrow.batch.BatchLayout;
import io.packice.arrow.batch.PartFile;
import io.packice.arrow.batch.PartSink;
import io.packice.arrow.manifest.Manifest;
import io.packice.arrow.manifest.TableColumns;
import io.packice.arrow.schema.Counts;
import io.packice.arrow.schema.EncodedSchema;
import io.packice.arrow.statistics.StatisticsCollector;
import io.packice.arrow.vectors.IndexCheck;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.WritableByteChannel;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.VectorUnloader;
import org.apache.arrow.vector.dictionary.DictionaryProvider;
import org.apache.arrow.vector.ipc.message.ArrowRecordBatch;
import org.jspecify.annotations.Nullable;

/**
 * A run of a table's rows that is written beside others, by a thread of its own: {@link TableWriter#branch}. It has parts of its own, so a branch is worth
 * it from about {@link TableOptions#partBytes} on.
 *
 * <p>For one thread at a time. Whoever asked for it finishes and closes it, before the writer's commit; a second close does nothing.
 */
public final class TableBranch implements AutoCloseable {
  private enum State {
    OPEN, FAILED, FINISHED, CLOSED
  }

  private final PartDrafts source;
  private final EncodedSchema schema;
  private final TableOptions options;
  private final DictionaryCopies dictionaries;

  private final List<ObjectWriter> drafts = new ArrayList<>();
  private final List<Manifest.Part> parts = new ArrayList<>();
  private final List<StagedBatch> staged = new ArrayList<>();
  private final StagingArea area = new StagingArea();
  private StatisticsCollector stagedStatistics;
  private long stagedBytes;
  private volatile State state = State.OPEN; // the committing thread looks

  TableBranch(PartDrafts source, EncodedSchema schema, TableOptions options, DictionaryProvider provider) {
    this.source = source;
    this.schema = schema;
    this.options = options;
    this.dictionaries = new DictionaryCopies(schema, provider);
    this.stagedStatistics = newStatistics();
  }

  private StatisticsCollector newStatistics() {
    return new StatisticsCollector(schema.vectors());
  }

  /** Writes the bodies of a part's batches; the part's head, messages and tail stand around them. */
  @FunctionalInterface
  public interface BodyWriter {
    /**
     * Writes one body.
     *
     * @param batch which of the part's batches, from 0
     * @param sink where to
     * @throws IOException if it cannot be written
     */
    void write(int batch, PartSink sink) throws IOException;
  }

  /**
   * Appends a record batch, which may be empty. The root stays the caller's and may be reused. The dictionaries may have grown since the batch
   * before, or say something else altogether.
   *
   * @param batch rows of the table's schema, at most 2^31 - 1
   * @throws io.packice.core.CapacityExceededException if it does not fit; the message states the numbers. The branch can only be closed then,
   *     and so can its table's writer
   * @throws IllegalArgumentException if the batch has another schema, columns of unequal length, or an index that is not in its dictionary
   * @throws IllegalStateException if this is finished or closed, an earlier write failed, or the client is closed
   */
  public void write(VectorSchemaRoot batch) {
    requireOpen("write to");
    requireFits(batch);
    guarded(() -> append(batch));
  }

  private void requireFits(VectorSchemaRoot batch) {
    if (!batch.getSchema().equals(schema.vectors())) {
      throw new IllegalArgumentException("Cannot write to table " + source.table() + ": the batch has the schema "
          + batch.getSchema() + ", the table " + schema.vectors());
    }
    for (FieldVector vector : batch.getFieldVectors()) {
      if (vector.getValueCount() != batch.getRowCount()) {
        throw new IllegalArgumentException("Cannot write to table " + source.table() + ": the batch has "
            + Counts.of(batch.getRowCount(), "row") + ", its column " + vector.getName() + " "
            + Counts.of(vector.getValueCount(), "value") + "; set both counts");
      }
    }
    if (!schema.dictionaries().isEmpty()) {
      requireIndices(batch);
    }
  }

  private void requireIndices(VectorSchemaRoot batch) {
    try {
      schema.dictionaries().forEach((id, values) -> {
        FieldVector current = dictionaries.current(id);
        EncodedSchema.requireSameValues(id, values.field(), EncodedSchema.values(id, dictionaries.provider()));
        IndexCheck.check(current, inner -> dictionaries.current(inner).getValueCount());
      });
      batch.getFieldVectors()
          .forEach(vector -> IndexCheck.check(vector, id -> dictionaries.current(id).getValueCount()));
    } catch (IllegalArgumentException wrong) {
      throw new IllegalArgumentException(
          "Cannot write to table " + source.table() + ": " + wrong.getMessage()
              + "; give the dictionary that it is from",
          wrong);
    }
  }

  private void append(VectorSchemaRoot root) throws IOException {
    if (!dictionaries.agree()) { // they were replaced, and a part has each once
      flush();
      dictionaries.clear();
    }
    dictionaries.catchUp();
    try (ArrowRecordBatch batch = new VectorUnloader(root).getRecordBatch()) {
      BatchLayout layout = BatchLayout.of(schema.vectors(), batch);
      if (layout.byteSize() >= options.partBytes()) {
        flush(); // first, so that rows stay in order
        StatisticsCollector statistics = newStatistics();
        statistics.add(root, dictionaries.provider());
        addPart(List.of(layout), statistics, (_, sink) -> layout.writeBody(batch, sink));
        return;
      }
      staged.add(StagedBatch.copyOf(batch.getBuffers(), layout, area));
      stagedStatistics.add(root, dictionaries.provider());
      stagedBytes += layout.byteSize();
    }
    if (stagedBytes >= options.partBytes()) {
      flush();
    }
  }

  private void flush() throws IOException {
    if (staged.isEmpty()) {
      return;
    }
    addPart(staged.stream().map(StagedBatch::layout).toList(), stagedStatistics,
        (batch, sink) -> sink.write(staged.get(batch).body()));
    staged.clear();
    stagedBytes = 0;
    area.clear();
    stagedStatistics = newStatistics();
  }

  /** A whole part from an importer that knows the layout before it has the values. Rows that were written before stay before it. */
  void writePart(List<BatchLayout> batches, StatisticsCollector statistics, BodyWriter bodies) {
    requireOpen("write to");
    guarded(() -> {
      flush();
      addPart(batches, statistics, bodies);
    });
  }

  private void addPart(List<BatchLayout> batches, StatisticsCollector statistics, BodyWriter bodies)
      throws IOException {
    List<DictionaryCopies.Unloaded> unloaded = dictionaries.unload();
    try {
      PartFile file = new PartFile(schema.messages(),
          unloaded.stream().map(DictionaryCopies.Unloaded::layout).toList(), batches);
      ObjectWriter draft = source.create(file.byteSize());
      drafts.add(draft);
      try (WritableByteChannel channel = draft.blob(0).channel()) {
        PartSink sink = new PartSink(channel);
        sink.write(file.head());
        for (DictionaryCopies.Unloaded dictionary : unloaded) {
          sink.write(dictionary.layout().metadata());
          dictionary.layout().writeBody(dictionary.batch(), sink);
        }
        writeBodies(draft.id(), batches, bodies, sink);
        sink.write(file.tail());
      }
      draft.freeze(); // here, beside other branches and in other processes, so that the commit is short
      parts.add(
          new Manifest.Part(draft.id(), file.rowCount(), file.byteSize(), batches.size(), statistics.columns(),
              TableColumns.CURRENT, List.of()));
    } finally {
      unloaded.forEach(dictionary -> dictionary.batch().close());
    }
  }

  private static void writeBodies(String id, List<BatchLayout> batches, BodyWriter bodies, PartSink sink)
      throws IOException {
    for (int i = 0; i < batches.size(); i++) {
      sink.write(batches.get(i).metadata());
      long end = sink.position() + batches.get(i).bodyBytes();
      bodies.write(i, sink);
      if (sink.position() != end) {
        throw new IllegalStateException("Batch " + i + " of " + id + " ends at " + sink.position() + ", not " + end);
      }
    }
  }

  /**
   * Completes the branch. Its rows are in the table that the writer commits.
   *
   * @throws io.packice.core.CapacityExceededException if the last part does not fit
   * @throws IllegalStateException if this is finished or closed, an earlier write failed, or the client is closed
   */
  public void finish() {
    requireOpen("finish a branch of");
    guarded(this::flush);
    area.close();
    state = State.FINISHED;
  }

  boolean isFinished() {
    return state == State.FINISHED;
  }

  /** The drafts of a finished branch's parts. */
  List<ObjectWriter> drafts() {
    return drafts;
  }

  List<Manifest.Part> parts() {
    return parts;
  }

  private interface Action {
    void run() throws IOException;
  }

  /** Runs a step; if it fails, the table is incomplete and this good for nothing but its close. */
  private void guarded(Action action) {
    state = State.FAILED;
    try {
      action.run();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    state = State.OPEN;
  }

  private void requireOpen(String verb) {
    String why = refusal();
    if (why != null) {
      throw new IllegalStateException("Cannot " + verb + " table " + source.table() + ": " + why);
    }
  }

  /** Why nothing more can be written; null if it can. */
  @Nullable
  String refusal() {
    return switch (state) {
      case OPEN -> null;
      case FAILED -> "an earlier write failed; close this writer and begin anew";
      case FINISHED -> "this branch is finished";
      case CLOSED -> "this writer is closed";
    };
  }

  /** Lets go of what is not written yet. Without {@link #finish}, the table cannot be committed any more. */
  @Override
  public void close() {
    if (state == State.CLOSED) {
      return;
    }
    state = state == State.FINISHED ? State.FINISHED : State.CLOSED;
    staged.clear();
    area.close();
    dictionaries.close();
  }
}
