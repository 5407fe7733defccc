package io.packice.arrow.parquet;

import io.packice.arrow.imports.ImportRanges;
import io.packice.arrow.schema.DamageWords;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.stream.LongStream;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.format.ColumnChunk;
import org.apache.parquet.format.FileMetaData;
import org.apache.parquet.format.RowGroup;
import org.apache.parquet.format.SchemaElement;
import org.apache.parquet.format.Util;
import org.apache.parquet.format.converter.ParquetMetadataConverter;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.parquet.hadoop.metadata.ColumnChunkMetaData;
import org.apache.parquet.hadoop.metadata.ParquetMetadata;
import org.apache.parquet.internal.hadoop.metadata.IndexReference;
import org.jspecify.annotations.Nullable;

/**
 * What stands at the end of a file: its schema, and where its column chunks lie. All of it is checked against the file's length and against
 * itself before anything is read by it.
 * <pre>
 * PAR1 | column chunks … | metadata | int32 length of the metadata | PAR1
 * </pre>
 */
record Footer(ParquetMetadata metadata, long start) {
  private static final int MAGIC_BYTES = 4;
  private static final int TAIL_BYTES = Integer.BYTES + MAGIC_BYTES;
  private static final int MAX_DEPTH = 64;
  private static final long MAX_ROWS = 1L << 48;

  /** An end behind which another file begins. */
  private static final String SEAM = "PAR1PAR1";
  /** What may lie before the metadata that it does not tell the length of: Bloom filters of old writers. */
  private static final int UNTOLD_BYTES = 1 << 20;

  /** Old writers left the dictionary's header out of the length of a chunk. */
  private static final int FORGOTTEN_BYTES = 100;

  static Footer read(ImportRanges file) throws IOException {
    long size = file.size();
    if (size < MAGIC_BYTES + TAIL_BYTES) {
      throw new DamageException("not a Parquet file, it has " + size + " bytes");
    }
    Bytes tail = read(file, size - TAIL_BYTES, TAIL_BYTES);
    int length = tail.intLittleEndian();
    String magic = new String(tail.array(), Integer.BYTES, MAGIC_BYTES, StandardCharsets.ISO_8859_1);
    if (magic.equals("PARE")) {
      throw new DamageException("it is encrypted; decrypt it first");
    }
    if (!magic.equals("PAR1")) {
      throw new DamageException("not a Parquet file or cut short, it does not end with PAR1");
    }
    if (length <= 0 || length > size - TAIL_BYTES - MAGIC_BYTES) {
      throw new DamageException("its metadata is said to have " + length + " bytes of " + size);
    }
    long start = size - TAIL_BYTES - length;
    Bytes bytes = read(file, start, length);
    requireStruct(bytes);
    FileMetaData raw = ThriftCheck.decode(bytes.array(), 0, length, "its metadata", Util::readFileMetaData);
    requireSound(raw);
    Footer footer = new Footer(converted(raw), start);
    footer.requireSound();
    footer.requireNothingBefore(file);
    return footer;
  }

  private static void requireStruct(Bytes bytes) {
    try {
      ThriftCheck.struct(bytes);
    } catch (DamageException damage) {
      throw new DamageException("its metadata is damaged, " + damage.getMessage(), damage);
    }
  }

  private static ParquetMetadata converted(FileMetaData raw) {
    try {
      return new ParquetMetadataConverter().fromParquetMetadata(raw);
    } catch (IOException | RuntimeException damage) { // by a type that contradicts itself, or a number that means nothing
      throw new DamageException("its metadata is damaged, " + DamageWords.of(damage), damage);
    }
  }

  /**
   * Places count from a file's start: by the metadata of a file that was put behind another, one would read the other. The bytes that nothing accounts for
   * are then as many as the other has.
   */
  private void requireNothingBefore(ImportRanges file) throws IOException {
    String magic = text(read(file, 0, MAGIC_BYTES));
    require(magic.equals("PAR1"), "not a Parquet file, or one behind other bytes: it does not begin with PAR1");
    long end = MAGIC_BYTES;
    for (BlockMetaData rowGroup : rowGroups()) {
      for (ColumnChunkMetaData chunk : rowGroup.getColumns()) {
        end = LongStream.of(end, chunk.getStartingPos() + chunk.getTotalSize(), end(chunk.getColumnIndexReference()),
            end(chunk.getOffsetIndexReference()),
            chunk.getBloomFilterOffset() + Math.max(0, chunk.getBloomFilterLength()))
            .max().getAsLong();
      }
    }
    long untold = start - end;
    if (untold > MAGIC_BYTES + TAIL_BYTES) {
      long from = Math.max(0, untold - UNTOLD_BYTES);
      String bytes = text(read(file, from, Math.toIntExact(untold - from + MAGIC_BYTES)));
      int seam = bytes.lastIndexOf(SEAM);
      require(seam < 0, "a file of " + (from + seam + MAGIC_BYTES)
          + " bytes lies before it, as when files were put behind each other; import each of them by itself");
    }
  }

  private static long end(@Nullable IndexReference index) {
    return index == null ? 0 : index.getOffset() + index.getLength();
  }

  private static String text(Bytes bytes) {
    return new String(bytes.array(), StandardCharsets.ISO_8859_1);
  }

  private static Bytes read(ImportRanges file, long at, int length) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(length);
    while (buffer.hasRemaining()) {
      if (file.read(buffer, at + buffer.position()) < 0) {
        throw new DamageException("the file was cut while it was read");
      }
    }
    return new Bytes(buffer.array(), 0, length);
  }

  List<ColumnDescriptor> leaves() {
    return metadata.getFileMetaData().getSchema().getColumns();
  }

  List<BlockMetaData> rowGroups() {
    return metadata.getBlocks();
  }

  /** Where a column chunk's pages lie. */
  Chunk chunk(BlockMetaData rowGroup, int leaf) {
    ColumnChunkMetaData chunk = rowGroup.getColumns().get(leaf);
    long first = chunk.getStartingPos();
    return new Chunk(leaves().get(leaf), chunk.getCodec(), first,
        Math.min(start, first + chunk.getTotalSize() + FORGOTTEN_BYTES), chunk.getValueCount());
  }

  // ---- Checks

  private static void require(boolean condition, String otherwise) {
    if (!condition) {
      throw new DamageException(otherwise);
    }
  }

  private static <T> List<T> listed(@Nullable List<T> list) {
    if (list == null) {
      throw new DamageException("its metadata is incomplete");
    }
    return list;
  }

  /** What the converter relies on. */
  private static void requireSound(FileMetaData raw) {
    require(!raw.isSetEncryption_algorithm(), "it is encrypted; decrypt it first");
    requireTree(listed(raw.getSchema()));
    for (RowGroup rowGroup : listed(raw.getRow_groups())) {
      List<ColumnChunk> columns = listed(rowGroup.getColumns());
      require(!columns.isEmpty(), "a row group has no columns");
      for (ColumnChunk column : columns) {
        require(column.isSetMeta_data() && !column.isSetCrypto_metadata(),
            "a column is encrypted or lacks its metadata");
        require(!column.isSetFile_path(), "a column lies in another file");
      }
    }
  }

  /** The elements of the schema are a tree, written parent first, of no more levels than we can follow. */
  private static void requireTree(List<SchemaElement> elements) {
    require(!elements.isEmpty(), "its schema is empty");
    Deque<Integer> open = new ArrayDeque<>();
    for (int i = 0; i < elements.size(); i++) {
      SchemaElement element = elements.get(i);
      require(i == 0 || !open.isEmpty(), "its schema has more elements than its groups");
      require(element.isSetName() && (i == 0 || element.isSetRepetition_type()),
          "its schema has an incomplete element");
      if (i > 0) {
        open.push(open.pop() - 1);
      }
      if (i == 0 || !element.isSetType()) {
        require(element.isSetNum_children() && element.getNum_children() > 0, "its schema has a group without columns");
        open.push(element.getNum_children());
      }
      require(open.size() <= MAX_DEPTH, "its schema has more than " + MAX_DEPTH + " levels");
      while (!open.isEmpty() && open.peek() == 0) {
        open.pop();
      }
    }
    require(open.isEmpty(), "its schema has fewer elements than its groups");
  }

  private void requireSound() {
    int number = 0;
    for (BlockMetaData rowGroup : rowGroups()) {
      String where = "row group " + number++;
      require(rowGroup.getRowCount() >= 0 && rowGroup.getRowCount() <= MAX_ROWS,
          where + " has " + rowGroup.getRowCount() + " rows");
      require(rowGroup.getColumns().size() == leaves().size(),
          where + " has " + rowGroup.getColumns().size() + " columns, the schema " + leaves().size());
      for (int i = 0; i < leaves().size(); i++) {
        requireSound(rowGroup, leaves().get(i), rowGroup.getColumns().get(i), where);
      }
    }
  }

  private void requireSound(BlockMetaData rowGroup, ColumnDescriptor leaf, ColumnChunkMetaData chunk, String where) {
    String column = where + ", column " + String.join(".", leaf.getPath());
    require(List.of(leaf.getPath()).equals(List.of(chunk.getPath().toArray())),
        column + ": it is called " + chunk.getPath());
    long rows = rowGroup.getRowCount();
    long values = chunk.getValueCount();
    require(leaf.getMaxRepetitionLevel() == 0 ? values == rows : values >= rows,
        column + ": it has " + values + " values for " + rows + " rows");
    long first = chunk.getStartingPos();
    require(rows == 0 || (first >= MAGIC_BYTES && first < start), column + ": it begins at byte " + first);
    require(chunk.getTotalSize() >= 0 && (rows == 0 || first + chunk.getTotalSize() <= start + FORGOTTEN_BYTES),
        column + ": it has " + chunk.getTotalSize() + " bytes at " + first + " of " + start);
  }
}
