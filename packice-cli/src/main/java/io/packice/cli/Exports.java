package io.packice.cli;

import de.siegmar.fastcsv.writer.CsvWriter;
import io.packice.arrow.ArrowBatches;
import io.packice.arrow.ArrowTable;
import io.packice.arrow.parquet.ParquetExport;
import io.packice.arrow.parquet.WriteOptions;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorLoader;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.VectorUnloader;
import org.apache.arrow.vector.ipc.ArrowFileWriter;
import org.apache.arrow.vector.ipc.message.ArrowRecordBatch;
import org.apache.arrow.vector.types.pojo.Field;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/** Writes tables to files. */
final class Exports {
  /** What is done with each batch. */
  @FunctionalInterface
  private interface BatchConsumer {
    void accept(VectorSchemaRoot batch) throws IOException;
  }

  private Exports() {
  }

  static void run(ArrowTable table, ExportFormat format, WriteOptions.Codec codec, WritableByteChannel to,
      Progress bar) throws IOException {
    switch (format) {
      case parquet -> ParquetExport.of(table).withOptions(WriteOptions.defaults().withCodec(codec))
          .withProgress(bar::advanceTo).into(to);
      case arrow -> arrow(table, to, bar);
      case csv -> csv(table, to, bar);
    }
  }

  private static void forEachBatch(ArrowTable table, RootAllocator allocator, Progress bar, BatchConsumer consumer)
      throws IOException {
    try (ArrowBatches batches = table.batches(allocator, Cells.VALUES)) {
      long done = 0;
      while (batches.hasNext()) {
        VectorSchemaRoot batch = batches.next();
        consumer.accept(batch);
        done += batch.getRowCount();
        bar.advanceTo(done, table.rowCount());
      }
    }
  }

  private static void arrow(ArrowTable table, WritableByteChannel to, Progress bar) throws IOException {
    try (RootAllocator allocator = new RootAllocator(Long.MAX_VALUE);
        VectorSchemaRoot root = VectorSchemaRoot.create(table.schema(Cells.VALUES), allocator);
        ArrowFileWriter writer = new ArrowFileWriter(root, null, Channels.newChannel(Channels.newOutputStream(to)))) {
      writer.start();
      forEachBatch(table, allocator, bar, batch -> {
        try (ArrowRecordBatch record = new VectorUnloader(batch).getRecordBatch()) {
          new VectorLoader(root).load(record);
        }
        writer.writeBatch();
        root.clear();
      });
      writer.end();
    }
  }

  private static void csv(ArrowTable table, WritableByteChannel to, Progress bar) throws IOException {
    try (RootAllocator allocator = new RootAllocator(Long.MAX_VALUE)) {
      CsvWriter writer = CsvWriter.builder().build(Channels.newWriter(to, StandardCharsets.UTF_8));
      writer.writeRecord(table.schema(Cells.VALUES).getFields().stream().map(Field::getName).toList());
      forEachBatch(table, allocator, bar, batch -> {
        for (int i = 0; i < batch.getRowCount(); i++) {
          int row = i;
          writer.writeRecord(batch.getFieldVectors().stream().map(column -> text(column, row)).toArray(String[]::new));
        }
      });
      writer.flush();
    }
  }

  private static @Nullable String text(FieldVector column, int row) {
    return switch (Cells.value(column, row)) {
      case null -> null;
      case List<?> nested -> JsonMapper.shared().writeValueAsString(nested);
      case Map<?, ?> nested -> JsonMapper.shared().writeValueAsString(nested);
      case Object value -> value.toString();
    };
  }
}
