package io.packice.arrow;

import io.packice.arrow.ScanOptions.Dictionaries;
import io.packice.arrow.batch.BatchLayout;
import io.packice.arrow.batch.PartFile;
import io.packice.arrow.batch.PartSink;
import io.packice.arrow.schema.EncodedSchema;
import java.io.IOException;
import java.nio.channels.WritableByteChannel;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.VectorUnloader;
import org.apache.arrow.vector.compare.Range;
import org.apache.arrow.vector.compare.RangeEqualsVisitor;
import org.apache.arrow.vector.ipc.message.ArrowBlock;
import org.apache.arrow.vector.ipc.message.ArrowRecordBatch;

/** Writes a table as Arrow IPC, batch by batch from where it is mapped. For one thread, once. */
public final class IpcExport {
  private final ArrowTable table;
  private final PartSink sink;
  private final Progress progress;
  private final List<ArrowBlock> dictionaryBlocks = new ArrayList<>();
  private final List<ArrowBlock> blocks = new ArrayList<>();
  private long rows;

  /**
   * An export of a table.
   *
   * @param table the table; it stays the caller's, and open
   * @param to where to; it stays the caller's
   * @param progress is told rows
   */
  public IpcExport(ArrowTable table, WritableByteChannel to, Progress progress) {
    this.table = table;
    this.sink = new PartSink(to);
    this.progress = progress;
  }

  /**
   * Writes it.
   *
   * @param isFile whether as a file, or as a stream
   * @throws IOException if it cannot be written
   */
  public void run(boolean isFile) throws IOException {
    progress.report(0, table.rowCount());
    try (RootAllocator allocator = new RootAllocator(Long.MAX_VALUE)) {
      if (isFile) {
        file(allocator);
      } else {
        stream(allocator);
      }
    }
  }

  private void stream(RootAllocator allocator) throws IOException {
    EncodedSchema schema = table.encodedSchema();
    sink.write(PartFile.schema(schema.messages(), 0));
    try (ArrowBatches batches = table.batches(allocator)) {
      for (int i = 0; batches.hasNext(); i++) {
        VectorSchemaRoot batch = batches.next();
        if (i == 0 || !table.sharesDictionaries(i - 1, i)) {
          for (long id : schema.dictionaries().keySet()) {
            writeDictionary(schema, id, batches.dictionaries().lookup(id).getVector());
          }
        }
        writeBatch(schema, batch);
      }
    }
    sink.write(PartFile.endOfStream());
  }

  private void file(RootAllocator allocator) throws IOException {
    Map<Long, FieldVector> longest = new LinkedHashMap<>();
    List<ArrowDictionaries> opened = new ArrayList<>();
    try {
      boolean agree = findLongest(longest, opened, allocator);
      EncodedSchema schema = agree ? table.encodedSchema() : table.encodedSchema().decoded();
      sink.write(PartFile.head(schema.messages()));
      for (long id : schema.dictionaries().keySet()) {
        try (FieldVector none = schema.values(id).field().createVector(allocator)) {
          none.allocateNew(); // for a table without batches
          writeDictionary(schema, id, longest.getOrDefault(id, none));
        }
      }
      ScanOptions options =
          ScanOptions.all().withDictionaries(agree ? Dictionaries.ENCODED : Dictionaries.DECODED);
      try (ArrowBatches batches = table.batches(allocator, options)) {
        while (batches.hasNext()) {
          writeBatch(schema, batches.next());
        }
      }
      sink.write(PartFile.tail(schema.messages(), dictionaryBlocks, blocks));
    } finally {
      opened.forEach(ArrowDictionaries::close);
    }
  }

  /** For each dictionary the one that all parts' begin with; false if there is none. */
  private boolean findLongest(Map<Long, FieldVector> longest, List<ArrowDictionaries> opened, RootAllocator allocator) {
    for (int i = 0; i < table.batchCount(); i++) {
      if (i > 0 && table.sharesDictionaries(i - 1, i)) {
        continue;
      }
      ArrowDictionaries dictionaries = table.dictionaries(i, allocator, ScanOptions.all());
      opened.add(dictionaries);
      for (long id : dictionaries.getDictionaryIds()) {
        FieldVector own = dictionaries.vector(id);
        FieldVector known = longest.getOrDefault(id, own);
        boolean isLonger = own.getValueCount() > known.getValueCount();
        if (!begins(isLonger ? own : known, isLonger ? known : own)) {
          return false;
        }
        longest.put(id, isLonger ? own : known);
      }
    }
    return true;
  }

  /** Whether the values of one are the first of the other. */
  static boolean begins(FieldVector vector, FieldVector start) {
    int count = start.getValueCount();
    return vector.getValueCount() >= count
        && new RangeEqualsVisitor(start, vector, (_, _) -> true).rangeEquals(new Range(0, 0, count));
  }

  private void writeDictionary(EncodedSchema schema, long id, FieldVector values) throws IOException {
    try (ArrowRecordBatch batch = new VectorUnloader(VectorSchemaRoot.of(values)).getRecordBatch()) {
      dictionaryBlocks.add(write(BatchLayout.ofDictionary(id, schema.values(id).schema(), batch), batch));
    }
  }

  private void writeBatch(EncodedSchema schema, VectorSchemaRoot root) throws IOException {
    try (ArrowRecordBatch batch = new VectorUnloader(root).getRecordBatch()) {
      blocks.add(write(BatchLayout.of(schema.vectors(), batch), batch));
    }
    rows += root.getRowCount();
    progress.report(rows, table.rowCount());
  }

  private ArrowBlock write(BatchLayout layout, ArrowRecordBatch batch) throws IOException {
    ArrowBlock block = new ArrowBlock(sink.position(), layout.metadata().length, layout.bodyBytes());
    sink.write(layout.metadata());
    layout.writeBody(batch, sink);
    return block;
  }
}
