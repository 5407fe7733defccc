package io.packice.arrow.parquet;

import static org.assertj.core.api.Assertions.assertThat;

import io.packice.Packice;
import io.packice.PackiceClient;
import io.packice.arrow.ArrowTable;
import io.packice.arrow.ArrowTables;
import io.packice.arrow.TableWriter;
import io.packice.arrow.imports.ImportRanges;
import io.packice.arrow.imports.ImportSource;
import io.packice.core.Peer;
import io.packice.peers.MemoryPeer;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Texts that are large, or become so in the middle of a table: a page ends before it is too large to be one. */
class LargeValuesTest {
  private static final Schema SCHEMA = new Schema(List.of(Field.nullable("text", new ArrowType.Utf8())));
  private static final int PAGE_BYTES = 64 << 10;
  /** So many rows may go by before somebody looks how large a page is. */
  private static final int UNSEEN_ROWS = 16;

  @TempDir Path folder;

  private final RootAllocator allocator = new RootAllocator();

  @AfterEach
  void nothingLeaks() {
    allocator.close();
  }

  private VectorSchemaRoot texts(int rows, int bytes, int first) {
    VectorSchemaRoot root = VectorSchemaRoot.create(SCHEMA, allocator);
    VarCharVector vector = (VarCharVector) root.getVector(0);
    vector.allocateNew((long) rows * bytes, rows);
    for (int i = 0; i < rows; i++) {
      vector.setSafe(i, text(first + i, bytes));
    }
    root.setRowCount(rows);
    return root;
  }

  private static byte[] text(int row, int bytes) {
    byte[] text = new byte[bytes];
    Arrays.fill(text, (byte) ('a' + row % 26));
    return text;
  }

  @Test
  void pagesStaySmallWhereTextsBecomeLarge() throws IOException {
    Path file = folder.resolve("f.parquet");
    int large = 200;
    WriteOptions options = WriteOptions.defaults().withPageBytes(PAGE_BYTES).withRowGroupBytes(4 << 20)
        .withCodec(WriteOptions.Codec.UNCOMPRESSED);
    try (VectorSchemaRoot small = texts(5000, 4, 0); VectorSchemaRoot then = texts(large, PAGE_BYTES, 5000);
        FileChannel out = FileChannel.open(file, StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW);
        ParquetWriter writer = ParquetEngine.standard().create(out, SCHEMA, options)) {
      writer.write(small);
      writer.write(then);
      writer.finish();
    }
    List<Integer> pages = new ArrayList<>();
    try (ImportRanges ranges = ImportRanges.of(ImportSource.of(file), "it is a file")) {
      Footer footer = Footer.read(ranges);
      assertThat(footer.rowGroups().size()).isGreaterThan(1);
      for (var rowGroup : footer.rowGroups()) {
        PageReader reader = new PageReader(ranges, footer.chunk(rowGroup, 0), ReadOptions.Checksums.VERIFY, _ -> {
        });
        for (Page page = reader.next(); page != null; page = reader.next()) {
          pages.add(page.left());
        }
      }
    }
    assertThat(pages.subList(pages.size() - large / (2 * UNSEEN_ROWS), pages.size())).as("rows of pages")
        .allMatch(rows -> rows <= UNSEEN_ROWS + 1);
    assertThat(pages.stream().mapToInt(Integer::intValue).sum()).isEqualTo(5000 + large);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 2000})
  @Tag("nightly")
  void aColumnOfMoreThan2GiBIsExportedAndReadBack(int smallRows) throws IOException {
    Path file = folder.resolve("large.parquet");
    int bytes = 100 << 20;
    int rows = 24;
    try (Peer peer = MemoryPeer.create(4L << 30); PackiceClient client = Packice.connect(peer)) {
      ArrowTables tables = new ArrowTables(client);
      try (TableWriter writer = tables.create("t", SCHEMA)) {
        try (VectorSchemaRoot batch = texts(smallRows, 4, 0)) {
          writer.write(batch);
        }
        for (int row = 0; row < rows; row++) {
          try (VectorSchemaRoot batch = texts(1, bytes, smallRows + row)) {
            writer.write(batch);
          }
        }
        writer.commit();
      }
      try (ArrowTable table = tables.open("t");
          FileChannel out = FileChannel.open(file, StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW)) {
        ParquetExport.of(table).into(out);
      }
    }
    int read = 0;
    try (ParquetReader reader = ParquetEngine.standard().open(file, allocator, ReadOptions.defaults())) {
      for (VectorSchemaRoot batch = reader.next(); batch != null; batch = reader.next()) {
        VarCharVector vector = (VarCharVector) batch.getVector(0);
        for (int i = 0; i < batch.getRowCount(); i++, read++) {
          boolean same = Arrays.equals(vector.get(i), text(read, read < smallRows ? 4 : bytes));
          assertThat(same).as("row %d", read).isTrue();
        }
      }
    }
    assertThat(read).isEqualTo(smallRows + rows);
    Files.delete(file);
  }
}
