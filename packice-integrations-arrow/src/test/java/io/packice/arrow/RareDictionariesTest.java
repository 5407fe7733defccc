package io.packice.arrow;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.packice.arrow.imports.TableImport;
import io.packice.arrow.ipc.IpcFormat;
import io.packice.arrow.schema.EncodedSchema;
import io.packice.arrow.text.JsonFormat;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.TinyIntVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.dictionary.Dictionary;
import org.apache.arrow.vector.dictionary.DictionaryProvider.MapDictionaryProvider;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.DictionaryEncoding;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Dictionaries of views, unions and run ends, which have no nulls of their own, and rows without an index into them. */
final class RareDictionariesTest extends TableFixture {
  private static final ArrowType.Int INDEX = new ArrowType.Int(8, true);
  private static final DictionaryEncoding ENCODING = new DictionaryEncoding(3, false, INDEX);
  private static final Schema ENCODED =
      new Schema(List.of(new Field("c", new FieldType(true, INDEX, ENCODING), null)));
  private static final int VALUES = 5;

  @TempDir private Path folder;

  /** Vectors of unions tell other members of themselves than they have. */
  private static final class Values extends MapDictionaryProvider implements EncodedSchema.NamedValues {
    private final Field field;

    Values(Field field, FieldVector values) {
      super(new Dictionary(values, ENCODING));
      this.field = field;
    }

    @Override
    public Field valueField(long id) {
      return field;
    }
  }

  private static List<Field> fields() {
    return RandomVectors.rareTypes().stream().flatMap(field -> {
      Field struct = RandomVectors.field("struct", new ArrowType.Struct(), field);
      return Stream.of(field, struct, RandomVectors.field("fixed", new ArrowType.FixedSizeList(2), struct));
    }).toList();
  }

  private byte[] export(String table, ExportFormat format) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (ArrowTable opened = tables.open(table)) {
      format.write(opened, Channels.newChannel(out), Progress.NONE);
    }
    return out.toByteArray();
  }

  private List<String> lines(String table) throws IOException {
    return new String(export(table, JsonFormat.standard()), UTF_8).lines().toList();
  }

  /** Each value, and nothing before, between and behind them. */
  private void write(Field field, FieldVector values) {
    try (VectorSchemaRoot root = VectorSchemaRoot.create(ENCODED, allocator);
        TableWriter writer = tables.create("t", ENCODED, TableOptions.defaults(), new Values(field, values))) {
      TinyIntVector indices = (TinyIntVector) root.getVector(0);
      for (int i = 0; i < VALUES; i++) {
        indices.setSafe(2 * i + 1, i);
      }
      root.setRowCount(2 * VALUES + 1);
      writer.write(root);
      writer.commit();
    }
  }

  @Test
  void theyAreImportedAndNoIndexIsNull() throws IOException {
    for (Field field : fields()) {
      Field value = new Field("c", field.getFieldType(), field.getChildren());
      Schema plain = new Schema(List.of(value));
      try (VectorSchemaRoot values = new RandomVectors(11, 0.2).batch(plain, VALUES, allocator)) {
        try (TableWriter writer = tables.create("plain", plain)) {
          writer.write(values);
          writer.commit();
        }
        write(value, values.getVector(0));
      }
      List<String> expected = new ArrayList<>(List.of("{\"c\":null}"));
      lines("plain").forEach(line -> expected.addAll(List.of(line, "{\"c\":null}")));
      assertThat(lines("t")).as("%s", field).isEqualTo(expected);
      Path file = Files.write(folder.resolve("t.arrows"), export("t", IpcFormat.stream()));
      TableImport.of(IpcFormat.stream(), List.of(file)).into(tables, "again");
      assertThat(lines("again")).as("%s", field).isEqualTo(expected);
      List.of("plain", "t", "again").forEach(tables::drop);
    }
  }
}
