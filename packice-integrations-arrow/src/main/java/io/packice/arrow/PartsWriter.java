package io.packice.arrow;

import io.packice.ObjectWriter;
import io.packice.PackiceClient;
import io.packice.arrow.manifest.DraftParts;
import io.packice.arrow.manifest.Manifest;
import io.packice.arrow.manifest.TableDescription;
import io.packice.arrow.schema.EncodedSchema;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/**
 * Writes some of the parts of a table's next version, which others write at the same time, in other processes too, and one of them publishes with a
 * {@link TableChange}. Until then the parts are drafts that nobody sees; their leases outlive this process, but not their TTL: they are renewed here until
 * {@link #handOver}, and by the change from then on. So whoever of them is killed, nothing is left behind one TTL later.
 *
 * <p>Batches are gathered as {@link TableWriter} does. For one thread at a time. Whoever made the writer closes it; a second close does nothing.
 */
public final class PartsWriter implements AutoCloseable {
  private final PackiceClient client;
  private final PartDrafts source;
  private final EncodedSchema schema;
  private final TableOptions options;
  private final Duration leaseTtl;

  private final List<DraftParts.Draft> written = new ArrayList<>();
  private List<@Nullable Object> partition = List.of();
  private TableBranch branch;
  private boolean closed;

  PartsWriter(PackiceClient client, String table, EncodedSchema schema, TableOptions options, Duration leaseTtl) {
    this.client = client;
    this.source = new PartDrafts(client, table, options, leaseTtl);
    this.schema = schema;
    this.options = options;
    this.leaseTtl = leaseTtl;
    this.branch = newBranch();
  }

  private TableBranch newBranch() {
    return new TableBranch(source, schema, options, EncodedSchema.NO_DICTIONARIES);
  }

  /**
   * The columns.
   *
   * @return the schema that batches must have
   */
  public Schema schema() {
    return schema.vectors();
  }

  /**
   * Begins the rows of another partition, with a part of their own.
   *
   * @param values what the table's {@linkplain TableDescription#partitioning partitioning} gives for the rows that come: a {@link Long},
   *     {@link String}, {@link Boolean} or null for each field
   * @throws io.packice.core.CapacityExceededException if the rows before do not fit; this can only be closed then
   * @throws IllegalArgumentException if a value is something else
   * @throws IllegalStateException if this is handed over or closed, or an earlier write failed
   */
  public void partition(List<@Nullable Object> values) {
    for (Object value : values) {
      if (!(value == null || value instanceof Long || value instanceof String || value instanceof Boolean)) {
        throw new IllegalArgumentException("Cannot keep a partition's value of " + value.getClass()
            + "; give a Long, a String, a Boolean or null");
      }
    }
    requireOpen();
    finishBranch();
    partition = new ArrayList<>(values);
    branch = newBranch();
  }

  /**
   * Appends a record batch to the partition, which may be empty. The root stays the caller's and may be reused.
   *
   * @param batch rows of the schema, at most 2^31 - 1
   * @throws io.packice.core.CapacityExceededException if it does not fit; the message states the numbers. This can only be closed then
   * @throws IllegalArgumentException if the batch has another schema, or columns of unequal length
   * @throws IllegalStateException if this is handed over or closed, or an earlier write failed
   */
  public void write(VectorSchemaRoot batch) {
    requireOpen();
    branch.write(batch);
    takeDrafts();
  }

  private void finishBranch() {
    branch.finish();
    takeDrafts();
    branch.close();
  }

  /** Full parts, which are frozen, are let go of at once: what an open one holds is a descriptor. */
  private void takeDrafts() {
    List<Manifest.Part> parts = branch.parts();
    int first = parts.size() - branch.drafts().size();
    while (!branch.drafts().isEmpty()) {
      ObjectWriter draft = branch.drafts().removeFirst();
      Manifest.Part part = parts.get(first++);
      String lease = draft.handOver();
      written.add(new DraftParts.Draft(lease, new Manifest.Part(part.id(), part.rowCount(), part.byteSize(),
          part.batchCount(), part.statistics(), part.schema(), partition)));
      client.keep(lease, leaseTtl);
    }
  }

  /**
   * Completes the parts. From now on they are the caller's, who gives them to a {@link TableChange} within one lease TTL, or discards them with
   * {@link #discard}.
   *
   * @return the parts
   * @throws io.packice.core.CapacityExceededException if the last part does not fit
   * @throws IllegalStateException if this is handed over or closed, or an earlier write failed
   */
  public DraftParts handOver() {
    requireOpen();
    finishBranch();
    DraftParts parts = new DraftParts(source.table(), schema, leaseTtl, written);
    written.forEach(draft -> client.forget(draft.lease()));
    written.clear();
    close();
    return parts;
  }

  /**
   * Discards parts that were handed over and are not wanted.
   *
   * @param client any client of the peer
   * @param parts the parts
   */
  public static void discard(PackiceClient client, DraftParts parts) {
    parts.drafts().forEach(draft -> client.release(draft.lease()));
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException(
          "Cannot write parts of table " + source.table() + ": this writer is handed over or closed");
    }
  }

  /** Ends the writing. Without {@link #handOver}, nothing was. */
  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    branch.close();
    branch.drafts().forEach(ObjectWriter::close);
    discard(client, new DraftParts(source.table(), schema, leaseTtl, written));
  }
}
