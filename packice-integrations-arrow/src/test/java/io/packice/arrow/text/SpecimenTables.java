package io.packice.arrow.text;

import static org.assertj.core.api.Assertions.assertThat;

import io.packice.Packice;
import io.packice.PackiceClient;
import io.packice.arrow.ArrowBatches;
import io.packice.arrow.ArrowTable;
import io.packice.arrow.ArrowTables;
import io.packice.arrow.ExportFormat;
import io.packice.arrow.Progress;
import io.packice.arrow.TableWriter;
import io.packice.arrow.imports.ImportFormat;
import io.packice.arrow.imports.TableImport;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.compare.Range;
import org.apache.arrow.vector.compare.RangeEqualsVisitor;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;

/** Tables of specimens, and what is written of them and read back. */
abstract class SpecimenTables {
  static final List<Specimen> ALL = Specimen.all();
  static final int ROWS = ALL.stream().mapToInt(Specimen::count).max().orElseThrow() + 1;
  static final ArrowType INT32 = new ArrowType.Int(32, true);

  @TempDir Path folder;

  final PackiceClient client = Packice.connect();
  final ArrowTables tables = new ArrowTables(client);
  final RootAllocator allocator = new RootAllocator();

  @AfterEach
  void nothingLeaks() {
    allocator.close();
    client.close();
  }

  interface Fill {
    int rows(VectorSchemaRoot root);
  }

  void table(String name, Schema schema, Fill fill) {
    try (VectorSchemaRoot root = VectorSchemaRoot.create(schema, allocator);
        TableWriter writer = tables.create(name, schema)) {
      root.getFieldVectors().forEach(vector -> {
        vector.setInitialCapacity(ROWS);
        vector.allocateNew();
      });
      root.setRowCount(fill.rows(root));
      writer.write(root);
      writer.commit();
    }
  }

  Path export(String table, ExportFormat format, String file) throws IOException {
    Path path = folder.resolve(file);
    try (ArrowTable opened = tables.open(table);
        FileChannel out = FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.WRITE,
            StandardOpenOption.TRUNCATE_EXISTING)) {
      format.write(opened, out, Progress.NONE);
    }
    return path;
  }

  /** A new table of the same columns with what the file has. */
  void append(String table, String like, ImportFormat format, Path file) throws IOException {
    Schema schema;
    try (ArrowTable opened = tables.open(like)) {
      schema = opened.schema();
    }
    try (TableWriter writer = tables.create(table, schema)) {
      writer.commit();
    }
    TableImport.of(format, List.of(file)).appendTo(tables, table);
  }

  void requireEqual(String table, String other) {
    try (ArrowTable a = tables.open(table); ArrowTable b = tables.open(other);
        ArrowBatches ours = a.batches(allocator); ArrowBatches theirs = b.batches(allocator)) {
      VectorSchemaRoot left = ours.next();
      VectorSchemaRoot right = theirs.next();
      assertThat(right.getRowCount()).isEqualTo(left.getRowCount());
      for (int i = 0; i < left.getFieldVectors().size(); i++) {
        FieldVector x = left.getVector(i);
        FieldVector y = right.getVector(i);
        for (int row = 0; row < left.getRowCount(); row++) {
          assertThat(new RangeEqualsVisitor(x, y).rangeEquals(new Range(row, row, 1)))
              .as("row %d of %s: %s, %s", row, x.getField(), x.getObject(row), y.getObject(row)).isTrue();
        }
      }
    }
  }

  static Field named(String name, Field like, Field... children) {
    return new Field(name, like.getFieldType(), children.length == 0 ? like.getChildren() : List.of(children));
  }

  static Field nullable(String name, ArrowType type, Field... children) {
    return new Field(name, FieldType.nullable(type), List.of(children));
  }

  static Field required(String name, ArrowType type, Field... children) {
    return new Field(name, FieldType.notNullable(type), List.of(children));
  }
}
