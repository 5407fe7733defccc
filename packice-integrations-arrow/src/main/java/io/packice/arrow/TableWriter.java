package io.packice.arrow;

import io.packice.ObjectWriter;
import io.packice.PackiceClient;
import io.packice.core.AcquireRequest;
import io.packice.core.ObjectId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.VectorUnloader;
import org.apache.arrow.vector.ipc.message.ArrowRecordBatch;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/**
 * Writes a table, or its next version. Batches go into drafts that belong to this writer's session: nothing is visible before {@link #commit},
 * and nothing is left behind by a writer that is closed, fails or is killed before. (A peer that is killed in the middle of a commit, and
 * whose objects outlive it, may keep parts that no table names; they can be evicted, and the next writer of the table discards them.)
 *
 * <p>A batch's values go from its buffers straight into shared memory. Batches smaller than {@link TableOptions#partBytes} are gathered in
 * native memory first, until they fill a part.
 *
 * <p>For one thread at a time. Whoever created the writer closes it; a second close does nothing.
 */
public final class TableWriter implements AutoCloseable {
  static final String PART_INFIX = "/part-";

  private enum State {
    OPEN, FAILED, COMMITTED, CLOSED
  }

  private final PackiceClient client;
  private final ObjectWriter claim;
  private final Schema schema;
  private final TableOptions options;
  private final @Nullable Manifest replaced;
  private final TableVersions versions;
  private final String partPrefix;

  private final List<ObjectWriter> drafts = new ArrayList<>();
  private final List<Manifest.Part> parts = new ArrayList<>();
  private final List<StagedBatch> staged = new ArrayList<>();
  private StatisticsCollector stagedStatistics;
  private long stagedBytes;
  private State state = State.OPEN;

  /** {@code inherited} are the parts of the version before that the next one has, too. */
  TableWriter(PackiceClient client, ObjectWriter claim, Schema schema, TableOptions options,
      @Nullable Manifest replaced, List<Manifest.Part> inherited, TableVersions versions) {
    this.client = client;
    this.claim = claim;
    this.schema = schema;
    this.options = options;
    this.replaced = replaced;
    this.versions = versions;
    this.parts.addAll(inherited);
    this.stagedStatistics = new StatisticsCollector(schema);
    byte[] unique = new byte[8]; // no reader of another version, or of a dropped table, can meet these parts by name
    new SecureRandom().nextBytes(unique);
    this.partPrefix = claim.id() + PART_INFIX + HexFormat.of().formatHex(unique) + "-";
  }

  /** Writes the bodies of a part's batches; the part's head, messages and tail stand around them. */
  @FunctionalInterface
  interface BodyWriter {
    void write(int batch, PartSink sink) throws IOException;
  }

  /**
   * Appends a record batch, which may be empty. The root stays the caller's and may be reused.
   *
   * @param batch rows of the table's schema, at most 2^31 - 1
   * @throws io.packice.core.CapacityExceededException if it does not fit; the message states the numbers. The writer can only be closed then
   * @throws IllegalArgumentException if the batch has another schema, or columns of unequal length
   * @throws IllegalStateException if the table is committed, an earlier write failed, or this writer or its client is closed
   */
  public void write(VectorSchemaRoot batch) {
    requireOpen("write to");
    requireFits(batch);
    guarded(() -> append(batch));
  }

  private void requireFits(VectorSchemaRoot batch) {
    if (!batch.getSchema().equals(schema)) {
      throw new IllegalArgumentException("Cannot write to table " + claim.id() + ": the batch has the schema "
          + batch.getSchema() + ", the table " + schema);
    }
    for (FieldVector vector : batch.getFieldVectors()) {
      if (vector.getValueCount() != batch.getRowCount()) {
        throw new IllegalArgumentException("Cannot write to table " + claim.id() + ": the batch has "
            + batch.getRowCount() + " rows, its column " + vector.getName() + " " + vector.getValueCount()
            + " values; set both counts");
      }
    }
  }

  private void append(VectorSchemaRoot root) throws IOException {
    try (ArrowRecordBatch batch = new VectorUnloader(root).getRecordBatch()) {
      BatchLayout layout = BatchLayout.of(schema, batch);
      if (layout.byteSize() >= options.partBytes()) {
        flush(); // first, so that rows stay in order
        StatisticsCollector statistics = new StatisticsCollector(schema);
        statistics.add(root);
        addPart(List.of(layout), statistics, (_, sink) -> {
          for (int i = 0; i < layout.bufferCount(); i++) {
            sink.write(NativeMemory.of(batch.getBuffers().get(i), layout.bufferBytes(i)));
            sink.pad();
          }
        });
        return;
      }
      staged.add(new StagedBatch(layout, batch.getBuffers()));
      stagedStatistics.add(root);
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
    closeStaged();
    stagedStatistics = new StatisticsCollector(schema);
  }

  private void closeStaged() {
    staged.forEach(StagedBatch::close);
    staged.clear();
    stagedBytes = 0;
  }

  /** A whole part from an importer that knows the layout before it has the values. Rows that were written before stay before it. */
  void writePart(List<BatchLayout> batches, StatisticsCollector statistics, BodyWriter bodies) throws IOException {
    requireOpen("write to");
    State before = state;
    state = State.FAILED;
    flush();
    addPart(batches, statistics, bodies);
    state = before;
  }

  private void addPart(List<BatchLayout> batches, StatisticsCollector statistics, BodyWriter bodies)
      throws IOException {
    PartFile file = new PartFile(schema, batches);
    String id = partPrefix + String.format("%05d", drafts.size());
    ObjectWriter draft = client.create(AcquireRequest.create(new ObjectId(id), List.of(file.byteSize()))
        .withGroup(claim.id())
        .withMeta(Manifest.PART_META));
    drafts.add(draft);
    try (WritableByteChannel channel = draft.blob(0).channel()) {
      PartSink sink = new PartSink(channel);
      sink.write(file.head());
      for (int i = 0; i < batches.size(); i++) {
        sink.write(batches.get(i).metadata());
        long end = sink.position() + batches.get(i).bodyBytes();
        bodies.write(i, sink);
        if (sink.position() != end) {
          throw new IllegalStateException("Batch " + i + " of " + id + " ends at " + sink.position() + ", not " + end);
        }
      }
      sink.write(file.tail());
    }
    parts.add(new Manifest.Part(id, file.rowCount(), file.byteSize(), batches.size(), statistics.columns()));
  }

  /**
   * Publishes what was written, all at once. Readers of a version that this replaces keep it; its memory goes with the last of them.
   *
   * @return what was published
   * @throws io.packice.core.LeaseExpiredException if a draft's lease has ended; nothing was published
   * @throws io.packice.core.CapacityExceededException if the last part does not fit; nothing was published
   * @throws IllegalStateException if the table is committed, an earlier write failed, or this writer or its client is closed
   */
  public TableSummary commit() {
    requireOpen("commit");
    Manifest manifest = guarded(() -> {
      flush();
      Manifest next = new Manifest(replaced == null ? 1 : replaced.version() + 1, schema, parts, history());
      fill(claim, next);
      sealAll(next);
      return next;
    });
    state = State.COMMITTED;
    closeDrafts();
    if (replaced != null) {
      versions.discardWhatIsOver(replaced, manifest);
    }
    return manifest.summary(claim.id());
  }

  private int history() {
    Integer wanted = options.history();
    if (wanted != null) {
      return wanted;
    }
    return replaced == null ? 0 : replaced.history();
  }

  private static void fill(ObjectWriter draft, Manifest manifest) throws IOException {
    try (WritableByteChannel channel = draft.blob(0).channel()) {
      new PartSink(channel).write(ByteBuffer.wrap(manifest.toJson()));
    }
  }

  /** Parts first: a manifest never names what is not there. */
  private void sealAll(Manifest next) throws IOException {
    if (replaced != null && next.history() > 0) {
      ObjectWriter earlier = versions.draft(replaced.version());
      drafts.add(earlier);
      fill(earlier, replaced);
    }
    List<ObjectWriter> all = new ArrayList<>(drafts);
    all.add(claim);
    client.seal(all);
  }

  private interface Step<T extends @Nullable Object> {
    T run() throws IOException;
  }

  private interface Action {
    void run() throws IOException;
  }

  private void guarded(Action action) {
    Void _ = guarded(() -> {
      action.run();
      return null;
    });
  }

  /** Runs a step; if it fails, the table is incomplete and this writer good for nothing but its close. */
  private <T extends @Nullable Object> T guarded(Step<T> step) {
    state = State.FAILED;
    T result;
    try {
      result = step.run();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    state = State.OPEN;
    return result;
  }

  private void requireOpen(String verb) {
    if (state != State.OPEN) {
      throw new IllegalStateException("Cannot " + verb + " table " + claim.id() + ": " + switch (state) {
        case FAILED -> "an earlier write failed; close this writer and begin anew";
        case COMMITTED -> "it is committed";
        default -> "this writer is closed";
      });
    }
  }

  private void closeDrafts() {
    drafts.forEach(ObjectWriter::close);
    claim.close(); // last: until then nobody else writes this table
  }

  /** Ends the writing. Without {@link #commit}, nothing was. */
  @Override
  public void close() {
    if (state == State.CLOSED) {
      return;
    }
    state = State.CLOSED;
    closeStaged();
    closeDrafts();
  }
}
