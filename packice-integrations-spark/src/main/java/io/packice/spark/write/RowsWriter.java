package io.packice.spark.write;

import io.packice.arrow.PartsWriter;
import io.packice.spark.partition.PartitionKey;
import java.util.List;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.UnsafeProjection;
import org.apache.spark.sql.connector.write.DataWriter;
import org.apache.spark.sql.connector.write.WriterCommitMessage;
import org.jspecify.annotations.Nullable;

/** Writes a task's rows as parts, which are drafts until the driver publishes them. */
final class RowsWriter implements DataWriter<InternalRow> {
  private final PartsWriter parts;
  private final RowBuffer buffer;
  private final PartitionKey key;
  private final @Nullable UnsafeProjection projection;
  private final @Nullable TaskParts told;
  private @Nullable List<@Nullable Object> partition;

  RowsWriter(TaskSpec spec, @Nullable TaskParts told) {
    this.told = told;
    this.key = spec.key();
    this.projection = spec.match().projection();
    this.parts = spec.open();
    try {
      this.buffer = new RowBuffer(parts.schema(), spec.schema(), spec.partBytes(), WriteMemory.allocator());
    } catch (Throwable failure) {
      parts.close();
      throw failure;
    }
  }

  @Override
  public void write(InternalRow given) {
    InternalRow row = projection == null ? given : projection.apply(given);
    if (!key.isEmpty()) {
      List<@Nullable Object> next = key.of(row);
      if (!next.equals(partition)) {
        flush();
        parts.partition(next);
        partition = next;
      }
    }
    if (buffer.append(row)) {
      flush();
    }
  }

  private void flush() {
    if (!buffer.isEmpty()) {
      parts.write(buffer.batch());
      buffer.clear();
    }
  }

  @Override
  public WriterCommitMessage commit() {
    flush();
    PartsMessage written = new PartsMessage(parts.handOver().toBytes());
    if (told != null) {
      told.add(written);
    }
    return written;
  }

  /** What was handed over is the driver's, which discards it; what was not goes now. */
  @Override
  public void abort() {
    close();
  }

  @Override
  public void close() {
    parts.close();
    buffer.close();
  }
}
