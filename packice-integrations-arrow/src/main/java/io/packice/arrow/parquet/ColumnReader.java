package io.packice.arrow.parquet;

import io.packice.arrow.imports.ImportRanges;
import io.packice.arrow.imports.ImportSource;
import io.packice.arrow.schema.DamageWords;
import java.io.IOException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.OutOfMemoryException;
import org.apache.arrow.vector.VectorLoader;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.message.ArrowRecordBatch;
import org.apache.arrow.vector.types.pojo.Schema;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.jspecify.annotations.Nullable;

/** Reads a file column by column: pages are decoded here, footers and schemas by parquet-java. */
final class ColumnReader implements ParquetReader {
  /** So much of a column's file bytes makes a batch at most, where rows are large. */
  private static final long BATCH_BYTES = 64L << 20;
  /** What to do about damage, where nothing better is known. */
  private static final String OTHERWISE = "; get it anew";

  private final String source;
  private final BufferAllocator allocator;
  private final ReadOptions options;
  private final ImportRanges file;
  private final Footer footer;
  private final List<ColumnNode> columns;
  private final List<ColumnNode> filterColumns;
  private final @Nullable BoundFilter filter;
  private final Schema schema;
  private final VectorSchemaRoot root;
  private final List<Integer> wantedGroups = new ArrayList<>();
  private final long totalBytes;

  private long doneBytes;
  private int nextGroup;
  private int group;
  private long rowsLeft;
  private int batchRows;
  private Map<Integer, LeafReader> leaves = Map.of();
  private boolean failed;
  private boolean closed;

  private ColumnReader(String source, ImportRanges file, BufferAllocator allocator, ReadOptions options)
      throws IOException {
    this.source = source;
    this.file = file;
    this.allocator = allocator;
    this.options = options;
    this.footer = Footer.read(file);
    Map<String, String> metadata = footer.metadata().getFileMetaData().getKeyValueMetaData();
    Schema hint = ArrowHint.decode(metadata);
    Map<String, ColumnNode> all = new LinkedHashMap<>();
    for (ColumnNode column : SchemaReader.columns(footer.metadata().getFileMetaData().getSchema(),
        ArrowHint.byName(hint))) {
      all.put(column.field().getName(), column);
    }
    this.columns = pick(all, options.columns().isEmpty() ? all.keySet() : options.columns());
    RowFilter wanted = options.filter();
    this.filterColumns = wanted == null ? List.of() : pick(all, wanted.columns());
    this.filter = wanted == null ? null : BoundFilter.of(wanted, all);
    this.schema =
        new Schema(columns.stream().map(ColumnNode::field).toList(), hint == null ? null : hint.getCustomMetadata());
    this.totalBytes = chooseGroups();
    this.root = VectorSchemaRoot.create(schema, allocator);
  }

  /** Opens a file. */
  static ColumnReader open(ImportSource source, BufferAllocator allocator, ReadOptions options) throws IOException {
    ImportRanges file = ImportRanges.of(source, "Parquet is read from its end");
    try {
      return new ColumnReader(source.name(), file, allocator, options);
    } catch (RuntimeException | IOException failure) {
      if (failure instanceof IllegalArgumentException wrongQuestion && isOurs(wrongQuestion)) {
        throw closing(file, wrongQuestion);
      }
      throw closing(file, damaged(source.name(), "", failure));
    }
  }

  private static boolean isOurs(RuntimeException failure) {
    String message = failure.getMessage();
    return message != null && message.startsWith("Cannot ");
  }

  private static <T extends Throwable> T closing(ImportRanges file, T failure) {
    try {
      file.close();
    } catch (IOException e) {
      failure.addSuppressed(e);
    }
    return failure;
  }

  private static ParquetException damaged(String source, String where, Throwable cause) {
    String what = switch (cause) {
      case DamageException ours -> String.valueOf(ours.getMessage());
      case IOException unreadable -> "it cannot be read (" + unreadable.getMessage() + ")";
      default -> "it is damaged (" + DamageWords.of(cause) + ")";
    };
    return new ParquetException("Cannot read " + source + where + ": " + what + (what.contains("; ") ? "" : OTHERWISE),
        cause);
  }

  private static List<ColumnNode> pick(Map<String, ColumnNode> all, Collection<String> names) {
    List<ColumnNode> picked = new ArrayList<>();
    for (String name : names) {
      ColumnNode column = all.get(name);
      if (column == null) {
        throw new IllegalArgumentException("Cannot read column " + name + ": there is none of that name, only "
            + String.join(", ", all.keySet()) + "; choose among these");
      }
      picked.add(column);
    }
    return picked;
  }

  private Set<Integer> wantedLeaves() {
    Set<Integer> wanted = new TreeSet<>();
    columns.forEach(column -> column.leaves().forEach(leaf -> wanted.add(leaf.index())));
    filterColumns.forEach(column -> column.leaves().forEach(leaf -> wanted.add(leaf.index())));
    return wanted;
  }

  private long chooseGroups() {
    long bytes = 0;
    for (int i = 0; i < footer.rowGroups().size(); i++) {
      BlockMetaData rowGroup = footer.rowGroups().get(i);
      if (rowGroup.getRowCount() > 0 && (filter == null || filter.mayHold(rowGroup))) {
        wantedGroups.add(i);
        for (int leaf : wantedLeaves()) {
          Chunk chunk = footer.chunk(rowGroup, leaf);
          bytes += chunk.end() - chunk.start();
        }
      }
    }
    return bytes;
  }

  @Override
  public Schema schema() {
    return schema;
  }

  @Override
  public long rowCount() {
    return footer.rowGroups().stream().mapToLong(BlockMetaData::getRowCount).sum();
  }

  @Override
  public RowGroups rowGroups() {
    return new RowGroups(footer.rowGroups().size(), wantedGroups.size());
  }

  @Override
  public long doneBytes() {
    return Math.min(doneBytes, totalBytes);
  }

  @Override
  public long totalBytes() {
    return totalBytes;
  }

  // ---- Batches

  @Override
  public @Nullable VectorSchemaRoot next() throws IOException {
    if (closed || failed) {
      throw new IllegalStateException("Cannot read " + source + ": " + (closed ? "this reader is closed"
          : "an earlier call failed"));
    }
    failed = true;
    root.clear();
    boolean loaded = false;
    while (!loaded && (rowsLeft > 0 || startGroup())) {
      int rows = (int) Math.min(batchRows, rowsLeft);
      loaded = load(rows);
      rowsLeft -= rows;
      if (rowsLeft == 0) {
        finishGroup();
      }
    }
    failed = false;
    return loaded ? root : null;
  }

  private boolean startGroup() {
    if (nextGroup == wantedGroups.size()) {
      return false;
    }
    group = wantedGroups.get(nextGroup++);
    BlockMetaData rowGroup = footer.rowGroups().get(group);
    rowsLeft = rowGroup.getRowCount();
    leaves = new HashMap<>();
    long mostBytes = 1;
    for (int index : wantedLeaves()) {
      Chunk chunk = footer.chunk(rowGroup, index);
      leaves.put(index,
          new LeafReader(chunk, new PageReader(file, chunk, options.checksums(), count -> doneBytes += count)));
      mostBytes = Math.max(mostBytes, rowGroup.getColumns().get(index).getTotalUncompressedSize());
    }
    long rowBytes = Math.max(1, mostBytes / rowsLeft);
    batchRows = Math.clamp(BATCH_BYTES / rowBytes, 1, options.batchRows());
    return true;
  }

  private interface Work {
    void run() throws IOException;
  }

  private void inColumn(int leaf, Work work) throws IOException {
    String name = String.join(".", footer.leaves().get(leaf).getPath());
    try {
      work.run();
    } catch (RuntimeException | IOException damage) {
      throw damaged(source, ", row group " + group + ", column " + name, damage);
    }
  }

  private void finishGroup() throws IOException {
    for (Map.Entry<Integer, LeafReader> leaf : leaves.entrySet()) {
      inColumn(leaf.getKey(), leaf.getValue()::requireEnd);
    }
    leaves = Map.of();
  }

  /** Loads the wanted ones of so many rows; says whether there are any. */
  private boolean load(int rows) throws IOException {
    for (Map.Entry<Integer, LeafReader> leaf : leaves.entrySet()) {
      inColumn(leaf.getKey(), () -> leaf.getValue().read(rows));
    }
    int left = rows;
    if (filter != null) {
      BitSet wanted = select(filter, rows);
      left = wanted.cardinality();
      if (left == 0) {
        return false;
      }
      if (left < rows) {
        leaves.values().forEach(leaf -> leaf.retain(wanted));
      }
    }
    load(root, columns, left);
    return true;
  }

  private BitSet select(BoundFilter bound, int rows) throws IOException {
    Schema filterSchema = new Schema(filterColumns.stream().map(ColumnNode::field).toList());
    try (VectorSchemaRoot values = VectorSchemaRoot.create(filterSchema, allocator)) {
      load(values, filterColumns, rows);
      return bound.rows(values);
    }
  }

  private void load(VectorSchemaRoot into, List<ColumnNode> nodes, int rows) throws IOException {
    try (BatchBuilder builder = new BatchBuilder(allocator);
        ArrowRecordBatch batch = builder.build(nodes, leaves, rows)) {
      new VectorLoader(into).load(batch);
    } catch (BatchBuilder.ColumnException e) {
      if (e.getCause() instanceof OutOfMemoryException full) {
        throw full; // the allocator's limit: no fault of the file
      }
      throw damaged(source, ", row group " + group + ", column " + e.column, e.getCause() == null ? e : e.getCause());
    } catch (IllegalArgumentException misfit) { // the vectors want other buffers than were made
      throw damaged(source, ", row group " + group, misfit);
    }
  }

  @Override
  public void close() throws IOException {
    if (closed) {
      return;
    }
    closed = true;
    root.close();
    file.close();
  }
}
