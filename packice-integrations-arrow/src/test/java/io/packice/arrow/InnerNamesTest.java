package io.packice.arrow;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.packice.arrow.imports.TableImport;
import io.packice.arrow.ipc.IpcFormat;
import io.packice.arrow.parquet.ParquetExport;
import io.packice.arrow.parquet.ParquetFormat;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.TinyIntVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.VectorUnloader;
import org.apache.arrow.vector.complex.ListVector;
import org.apache.arrow.vector.complex.MapVector;
import org.apache.arrow.vector.complex.StructVector;
import org.apache.arrow.vector.ipc.WriteChannel;
import org.apache.arrow.vector.ipc.message.ArrowDictionaryBatch;
import org.apache.arrow.vector.ipc.message.ArrowRecordBatch;
import org.apache.arrow.vector.ipc.message.MessageSerializer;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.DictionaryEncoding;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the elements of lists, and the entries of maps, are called, of which vectors know nothing: it stays as its writer called it, within dictionaries too. */
final class InnerNamesTest extends TableFixture {
  private static final DictionaryEncoding ENCODING = new DictionaryEncoding(0, false, new ArrowType.Int(8, true));
  private static final Field MAP = map("m");
  private static final Field LIST = list("l");
  /** As messages have it. */
  private static final Schema SCHEMA = new Schema(List.of(MAP, LIST,
      new Field("d", new FieldType(true, LIST.getType(), ENCODING), LIST.getChildren())));

  @TempDir private Path folder;

  private static Field list(String name) {
    return RandomVectors.field(name, new ArrowType.List(), RandomVectors.field("an element", new ArrowType.Utf8()));
  }

  private static Field map(String name) {
    return RandomVectors.field(name, new ArrowType.Map(false), RandomVectors.required("pairs", new ArrowType.Struct(),
        RandomVectors.required("left", new ArrowType.Utf8()), list("right")));
  }

  private static void fill(ListVector list, String text) {
    list.allocateNew();
    list.startNewValue(0);
    ((VarCharVector) list.getDataVector()).setSafe(0, text.getBytes(UTF_8));
    list.endValue(0, 1);
    list.setValueCount(1);
    list.getDataVector().setValueCount(1);
  }

  private byte[] stream() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    WriteChannel out = new WriteChannel(Channels.newChannel(bytes));
    MessageSerializer.serialize(out, SCHEMA);
    try (FieldVector values = LIST.createVector(allocator)) {
      fill((ListVector) values, "of the dictionary");
      try (ArrowDictionaryBatch batch =
          new ArrowDictionaryBatch(0, new VectorUnloader(VectorSchemaRoot.of(values)).getRecordBatch(), false)) {
        MessageSerializer.serialize(out, batch);
      }
    }
    Field index = new Field("d", new FieldType(true, ENCODING.getIndexType(), ENCODING), null);
    try (VectorSchemaRoot root = VectorSchemaRoot.create(new Schema(List.of(MAP, LIST, index)), allocator)) {
      MapVector map = (MapVector) root.getVector(0);
      map.allocateNew();
      map.startNewValue(0);
      StructVector entries = (StructVector) map.getDataVector();
      entries.setIndexDefined(0);
      ((VarCharVector) entries.getChildrenFromFields().getFirst()).setSafe(0, "key".getBytes(UTF_8));
      fill((ListVector) entries.getChildrenFromFields().getLast(), "of the map");
      map.endValue(0, 1);
      entries.setValueCount(1);
      map.setValueCount(1);
      fill((ListVector) root.getVector(1), "of the list");
      ((TinyIntVector) root.getVector(2)).setSafe(0, 0);
      root.setRowCount(1);
      try (ArrowRecordBatch batch = new VectorUnloader(root).getRecordBatch()) {
        MessageSerializer.serialize(out, batch);
      }
    }
    return bytes.toByteArray();
  }

  private Path file(String name, byte[] bytes) throws IOException {
    return Files.write(folder.resolve(name), bytes);
  }

  private interface Export {
    void write(ArrowTable table, WritableByteChannel to) throws IOException;
  }

  private Path export(String name, Export export) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (ArrowTable table = tables.open("t")) {
      export.write(table, Channels.newChannel(out));
    }
    return file(name, out.toByteArray());
  }

  private void assertTableIs(Schema messages) {
    try (ArrowTable table = tables.open("t")) {
      assertThat(table.encodedSchema().messages()).isEqualTo(messages);
      ScanOptions decoded = ScanOptions.all().withDictionaries(ScanOptions.Dictionaries.DECODED);
      try (ArrowBatches batches = table.batches(allocator, decoded)) {
        VectorSchemaRoot batch = batches.next();
        assertThat(batch.getFieldVectors().stream().map(vector -> String.valueOf(vector.getObject(0))).toList())
            .containsExactly("[{\"left\":\"key\",\"right\":[\"of the map\"]}]", "[\"of the list\"]",
                "[\"of the dictionary\"]");
        assertThat(batch.getSchema().getFields().getLast().getChildren()).isEqualTo(LIST.getChildren());
      }
    }
  }

  @Test
  void theyStayAsTheyWereCalled() throws IOException {
    Path first = file("f.arrows", stream());
    TableImport.of(IpcFormat.stream(), List.of(first)).into(tables, "t");
    assertTableIs(SCHEMA);
    TableImport.of(IpcFormat.stream(), List.of(first)).appendTo(tables, "t");
    assertTableIs(SCHEMA);
    for (IpcFormat format : List.of(IpcFormat.stream(), IpcFormat.file())) {
      Path again = export("again", (table, to) -> format.write(table, to, Progress.NONE));
      tables.drop("t");
      TableImport.of(format, List.of(again, first)).into(tables, "t");
      assertTableIs(SCHEMA);
    }
    Path parquet = export("f.parquet", (table, to) -> ParquetExport.of(table).into(to));
    tables.drop("t");
    TableImport.of(ParquetFormat.standard(), List.of(parquet)).into(tables, "t");
    assertTableIs(new Schema(List.of(MAP, LIST, list("d"))));
  }
}
