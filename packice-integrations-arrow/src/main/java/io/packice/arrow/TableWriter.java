package io.packice.arrow;

import io.packice.ObjectWriter;
import io.packice.PackiceClient;
import io.packice.arrow.batch.BatchLayout;
import io.packice.arrow.batch.PartSink;
import io.packice.arrow.manifest.Manifest;
import io.packice.arrow.manifest.TableSummary;
import io.packice.arrow.schema.EncodedSchema;
import io.packice.arrow.statistics.StatisticsCollector;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.dictionary.DictionaryProvider;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/**
 * Writes a table, or its next version. Batches go into drafts that belong to this writer's session: nothing is visible before {@link #commit},
 * and nothing is left behind by a writer that is closed, fails or is killed before. (A peer that is killed in the middle of a commit, and
 * whose objects outlive it, may keep parts that no table names; they can be evicted, and the next writer of the table discards them.)
 *
 * <p>A batch's values go from its buffers straight into shared memory. Batches smaller than {@link TableOptions#partBytes} are gathered in
 * native memory first, until they fill a part. Of dictionary-encoded columns, each part gets the dictionaries as they are when its batches are
 * written.
 *
 * <p>For one thread at a time; {@linkplain #branch branches} are for others. Whoever created the writer closes it; a second close does nothing.
 */
public final class TableWriter implements AutoCloseable {
  private enum State {
    OPEN, FAILED, COMMITTED, CLOSED
  }

  private final PackiceClient client;
  private final ObjectWriter claim;
  private final EncodedSchema schema;
  private final TableOptions options;
  private final DictionaryProvider provider;
  private final @Nullable Manifest replaced;
  private final Manifest base;
  private final TableVersions versions;
  private final PartDrafts source;

  /** In the order of their rows; what {@link #write} is given goes to the last. */
  private final List<TableBranch> branches = new ArrayList<>();
  private final List<TableBranch> own = new ArrayList<>();
  private @Nullable ObjectWriter earlier;
  private State state = State.OPEN;

  /** {@code base} is what the next version has besides what is written now. */
  TableWriter(PackiceClient client, ObjectWriter claim, Manifest base, TableOptions options,
      DictionaryProvider provider, @Nullable Manifest replaced, TableVersions versions) {
    this.client = client;
    this.claim = claim;
    this.schema = base.schema();
    this.options = options;
    this.provider = provider;
    this.replaced = replaced;
    this.base = base;
    this.versions = versions;
    this.source = new PartDrafts(client, claim.id(), options);
    addOwn();
  }

  private TableBranch addOwn() {
    TableBranch next = new TableBranch(source, schema, options, provider);
    branches.add(next);
    own.add(next);
    return next;
  }

  /**
   * The table's columns.
   *
   * @return the schema that batches must have
   */
  public Schema schema() {
    return schema.vectors();
  }

  /**
   * Appends a record batch, which may be empty. The root stays the caller's and may be reused. Dictionaries may have grown since the batch before,
   * or say something else altogether.
   *
   * @param batch rows of the table's schema, at most 2^31 - 1
   * @throws io.packice.core.CapacityExceededException if it does not fit; the message states the numbers. The writer can only be closed then
   * @throws IllegalArgumentException if the batch has another schema, columns of unequal length, or an index that is not in its dictionary
   * @throws IllegalStateException if the table is committed, an earlier write failed, or this writer or its client is closed
   */
  public void write(VectorSchemaRoot batch) {
    requireOpen("write to");
    branches.getLast().write(batch);
  }

  /**
   * Begins a run of rows that another thread can write meanwhile. They come behind all that was written or branched off so far, and before all
   * that comes now.
   *
   * @return the branch; the caller finishes and closes it before the commit
   * @throws IllegalStateException if the table is committed, an earlier write failed, or this writer is closed
   */
  public TableBranch branch() {
    return branch(provider);
  }

  /**
   * Like {@link #branch()}, with dictionaries of its own: parts do not share them.
   *
   * @param dictionaries with the ids and types of values that the table's schema asks for; looked at with each batch
   * @return the branch; the caller finishes and closes it before the commit
   * @throws IllegalStateException if the table is committed, an earlier write failed, or this writer is closed
   */
  public TableBranch branch(DictionaryProvider dictionaries) {
    requireOpen("write to");
    TableBranch branch = new TableBranch(source, schema, options, dictionaries);
    branches.add(branch);
    addOwn();
    return branch;
  }

  /**
   * A whole part from an importer that knows the layout before it has the values. Rows that were written before stay before it.
   *
   * @param batches how each of its batches lies
   * @param statistics of its columns, complete when the last body is written
   * @param bodies writes the values
   * @throws IOException if the importer throws it
   */
  public void writePart(List<BatchLayout> batches, StatisticsCollector statistics, TableBranch.BodyWriter bodies)
      throws IOException {
    requireOpen("write to");
    try {
      branches.getLast().writePart(batches, statistics, bodies);
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  /**
   * Publishes what was written, all at once. Readers of a version that this replaces keep it; its memory goes with the last of them. What no version names any
   * more leaves in the same step, also if this process dies meanwhile; of more than {@value io.packice.core.Session#MAX_DISCARDS} parts and versions the others
   * leave in steps behind it, or with the table's next writer if this one dies between.
   *
   * @return what was published
   * @throws io.packice.core.LeaseExpiredException if a draft's lease has ended; nothing was published
   * @throws io.packice.core.CapacityExceededException if the last part does not fit; nothing was published
   * @throws IllegalStateException if the table is committed, an earlier write failed, a branch is not finished, or this writer or its client is
   *     closed
   */
  public TableSummary commit() {
    requireOpen("commit");
    requireFinishedBranches();
    state = State.FAILED;
    own.forEach(TableBranch::finish);
    List<Manifest.Part> parts = new ArrayList<>(base.parts());
    branches.forEach(branch -> parts.addAll(branch.parts()));
    Manifest manifest = base.withParts(parts).withHistory(history())
        .withVersion(replaced == null ? 1 : replaced.version() + 1);
    fill(claim, manifest);
    sealAll(manifest);
    state = State.COMMITTED;
    closeDrafts();
    return manifest.summary(claim.id());
  }

  private void requireFinishedBranches() {
    for (TableBranch branch : branches) {
      if (!own.contains(branch) && !branch.isFinished()) {
        throw new IllegalStateException("Cannot commit table " + claim.id()
            + ": a branch is not finished; finish it first, or close this writer");
      }
    }
  }

  private int history() {
    Integer wanted = options.history();
    if (wanted != null) {
      return wanted;
    }
    return replaced == null ? 0 : replaced.history();
  }

  static void fill(ObjectWriter draft, Manifest manifest) {
    try (WritableByteChannel channel = draft.blob(0).channel()) {
      new PartSink(channel).write(ByteBuffer.wrap(manifest.toJson()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Parts first: a manifest never names what is not there. */
  private void sealAll(Manifest next) {
    List<ObjectWriter> all = new ArrayList<>(drafts());
    if (replaced != null && next.history() > 0) {
      earlier = versions.draft(replaced.version(), options.room());
      fill(earlier, replaced);
      all.add(earlier);
    }
    all.add(claim);
    List<String> over = replaced == null ? List.of() : versions.over(replaced, next);
    client.seal(List.of(), all, TableVersions.first(over));
    versions.discardRest(over);
  }

  private List<ObjectWriter> drafts() {
    return branches.stream().flatMap(branch -> branch.drafts().stream()).toList();
  }

  private void requireOpen(String verb) {
    String why = switch (state) {
      case OPEN -> branches.getLast().refusal();
      case FAILED -> "an earlier write failed; close this writer and begin anew";
      case COMMITTED -> "it is committed";
      case CLOSED -> "this writer is closed";
    };
    if (why != null) {
      throw new IllegalStateException("Cannot " + verb + " table " + claim.id() + ": " + why);
    }
  }

  private void closeDrafts() {
    branches.forEach(TableBranch::close);
    drafts().forEach(ObjectWriter::close);
    if (earlier != null) {
      earlier.close();
    }
    claim.close(); // last: until then nobody else writes this table
  }

  /** Ends the writing. Without {@link #commit}, nothing was. Branches are closed, too; no thread may be writing one. */
  @Override
  public void close() {
    if (state == State.CLOSED) {
      return;
    }
    state = State.CLOSED;
    closeDrafts();
  }
}
