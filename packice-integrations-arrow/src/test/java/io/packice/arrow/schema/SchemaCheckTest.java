package io.packice.arrow.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.packice.LeasedObject;
import io.packice.ObjectWriter;
import io.packice.arrow.RandomVectors;
import io.packice.arrow.TableFixture;
import io.packice.arrow.TableOptions;
import io.packice.arrow.batch.SchemaMessage;
import io.packice.arrow.imports.ImportException;
import io.packice.arrow.imports.ImportFormat;
import io.packice.arrow.imports.ImportPlan;
import io.packice.arrow.imports.ImportReader;
import io.packice.arrow.imports.ImportSource;
import io.packice.arrow.imports.ImportWork;
import io.packice.arrow.imports.TableImport;
import io.packice.arrow.ipc.IpcFormat;
import io.packice.arrow.manifest.TableColumn;
import io.packice.arrow.manifest.TableDescription;
import io.packice.arrow.manifest.TableFormatException;
import io.packice.core.AcquireRequest;
import io.packice.core.AcquireRequest.IfExists;
import io.packice.core.Metadata;
import io.packice.core.ObjectId;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.function.LongConsumer;
import java.util.stream.Stream;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.types.DateUnit;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.UnionMode;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.DictionaryEncoding;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Columns that cannot be are refused, in the same words, by whichever door they come. */
final class SchemaCheckTest extends TableFixture {
  private static final Field NUMBER = RandomVectors.field("n", new ArrowType.Int(32, true));
  private static final String OTHERWISE = "; get the data anew, or give the column a type that there is";

  @TempDir private Path folder;

  private static Field column(ArrowType type, Field... children) {
    return RandomVectors.field("c", type, children);
  }

  private static Field pair(boolean nullable, boolean nullableKey) {
    return new Field("entries", new FieldType(nullable, new ArrowType.Struct(), null),
        List.of(new Field("k", new FieldType(nullableKey, new ArrowType.Utf8(), null), null), NUMBER));
  }

  private static Field encoded(int indexBits, ArrowType values, Field... children) {
    DictionaryEncoding encoding = new DictionaryEncoding(5, false, new ArrowType.Int(indexBits, true));
    return new Field("c", new FieldType(true, values, encoding), List.of(children));
  }

  static Stream<Arguments> impossible() {
    return Stream.of(
        Arguments.of(column(new ArrowType.Int(0, true)),
            "has integers of 0 bits, and there are such of 8, 16, 32 and 64"),
        Arguments.of(column(new ArrowType.Int(34, false)), "has integers of 34 bits"),
        Arguments.of(column(new ArrowType.Decimal(16_777_270, 5, 256)),
            "has decimals of 16777270 digits, and 256 bits hold 1 to 76"),
        Arguments.of(column(new ArrowType.Decimal(39, 5, 128)), "has decimals of 39 digits, and 128 bits hold 1 to 38"),
        Arguments.of(column(new ArrowType.Decimal(0, 0, 128)), "has decimals of 0 digits"),
        Arguments.of(column(new ArrowType.Decimal(5, -16_777_270, 128)), "has decimals of the scale -16777270"),
        Arguments.of(column(new ArrowType.Time(TimeUnit.SECOND, 64)), "has times of 64 bits in the unit SECOND"),
        Arguments.of(column(new ArrowType.Time(TimeUnit.NANOSECOND, 32)), "has times of 32 bits"),
        Arguments.of(column(new ArrowType.FixedSizeBinary(0)), "has values of 0 bytes"),
        Arguments.of(column(new ArrowType.FixedSizeBinary(-1)), "has values of -1 bytes"),
        Arguments.of(column(new ArrowType.FixedSizeBinary(1 << 30)), "has values of 1073741824 bytes"),
        Arguments.of(column(new ArrowType.FixedSizeList(-3), NUMBER), "has lists of -3 elements"),
        Arguments.of(column(new ArrowType.FixedSizeList(3)), "is a list of 0 fields instead of one"),
        Arguments.of(column(new ArrowType.List(), NUMBER, NUMBER), "is a list of 2 fields instead of one"),
        Arguments.of(column(new ArrowType.LargeListView()), "is a list of 0 fields"),
        Arguments.of(column(new ArrowType.Map(false)), "is a map without keys and values"),
        Arguments.of(column(new ArrowType.Map(false), NUMBER), "is a map without keys and values"),
        Arguments.of(column(new ArrowType.Map(false), pair(true, false)),
            "is a map that may have keys or entries that"),
        Arguments.of(column(new ArrowType.Map(false), pair(false, true)),
            "is a map that may have keys or entries that"),
        Arguments.of(column(new ArrowType.Union(UnionMode.Dense, new int[] {0, 1}), NUMBER),
            "is a union of 1 fields, and says numbers of 2"),
        Arguments.of(column(new ArrowType.Union(UnionMode.Dense, new int[] {128}), NUMBER), "is a union whose fields"),
        Arguments.of(column(new ArrowType.Union(UnionMode.Sparse, new int[] {-1}), NUMBER), "is a union whose fields"),
        Arguments.of(column(ArrowType.RunEndEncoded.INSTANCE, NUMBER), "has other fields than run ends"),
        Arguments.of(column(ArrowType.RunEndEncoded.INSTANCE, column(new ArrowType.Int(8, true)), NUMBER),
            "has other fields than run ends"),
        Arguments.of(column(new ArrowType.Utf8(), NUMBER), "has fields inside of it, which its type has not"),
        Arguments.of(column(new ArrowType.Date(DateUnit.DAY), NUMBER), "has fields inside of it"),
        Arguments.of(encoded(0, new ArrowType.Utf8()),
            "has integers of 0 bits, and there are such of 8, 16, 32 and 64, as"
                + " the indices of its dictionary"),
        Arguments.of(encoded(8, new ArrowType.Decimal(99, 0, 256)), "has decimals of 99 digits"),
        Arguments.of(encoded(8, new ArrowType.List()), "is a list of 0 fields"));
  }

  private static Field deep(int levels) {
    Field field = NUMBER;
    for (int i = 1; i < levels; i++) {
      field = column(new ArrowType.List(), field);
    }
    return field;
  }

  private static void assertSays(String message, String begin, String path, String says) {
    assertThat(message).startsWith(begin).contains("column " + path + " " + says).hasLineCount(1);
  }

  private void importIpc(Field field) throws IOException {
    byte[] message = SchemaMessage.encode(new Schema(List.of(field)));
    Path file = Files.write(folder.resolve("f.arrows"), message);
    TableImport.of(IpcFormat.stream(), List.of(file)).into(tables, "t");
  }

  @ParameterizedTest
  @MethodSource("impossible")
  void filesThatSayThemAreRefused(Field field, String says) {
    for (Field wrong : List.of(field, RandomVectors.field("s", new ArrowType.Struct(), field))) {
      String path = wrong.getName().equals("s") ? "s.c" : "c";
      assertThatThrownBy(() -> importIpc(wrong)).isInstanceOf(ImportException.class)
          .satisfies(e -> assertSays(e.getMessage(), "Cannot import " + folder.resolve("f.arrows") + ": ", path, says))
          .hasMessageEndingWith(OTHERWISE);
    }
    peer.requireEmpty();
  }

  @ParameterizedTest
  @MethodSource("impossible")
  void tablesThatOthersWroteAreRefused(Field field, String says) throws IOException {
    writeNumbers("t", TableOptions.defaults(), 1, 2);
    byte[] description = tables.describe("t").toBytes();
    byte[] forged = forge(description, field);
    replaceManifest(forged);
    assertThatThrownBy(() -> tables.open("t")).isInstanceOf(TableFormatException.class)
        .satisfies(e -> assertSays(e.getMessage(), "Cannot read table t: its manifest of ", "c", says))
        .hasMessageEndingWith("; drop the table and write it anew");
    assertThatThrownBy(() -> TableDescription.fromBytes("t", forged)).isInstanceOf(TableFormatException.class);
  }

  private static byte[] forge(byte[] description, Field field) {
    String schema = Base64.getEncoder().encodeToString(SchemaMessage.encode(new Schema(List.of(field))));
    return new String(description, StandardCharsets.UTF_8)
        .replaceFirst("\"schema\":\"[^\"]*\"", "\"schema\":\"" + schema.replace("$", "\\$") + "\"")
        .getBytes(StandardCharsets.UTF_8);
  }

  private void replaceManifest(byte[] bytes) throws IOException {
    Metadata meta;
    try (LeasedObject object = client.get("t")) {
      meta = object.meta();
    }
    try (ObjectWriter writer = client.create(AcquireRequest.create(new ObjectId("t"), List.of((long) bytes.length))
        .withIfExists(IfExists.REPLACE).withMeta(meta).withGroup("t")); var out = writer.blob(0).outputStream()) {
      out.write(bytes);
      writer.seal();
    }
  }

  @ParameterizedTest
  @MethodSource("impossible")
  void programsThatWriteThemAreRefused(Field field, String says) {
    if (field.getDictionary() != null) {
      return; // no vector has it, so that no provider could
    }
    Schema schema = new Schema(List.of(field));
    assertThatIllegalArgumentException().isThrownBy(() -> tables.create("t", schema))
        .satisfies(e -> assertSays(e.getMessage(), "Cannot write table t: ", "c", says));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> tables.parts("t", schema, TableOptions.defaults(), Duration.ofMinutes(1)))
        .satisfies(e -> assertSays(e.getMessage(), "Cannot write table t: ", "c", says));
    assertThatIllegalArgumentException().isThrownBy(() -> TableDescription.of("t", schema))
        .satisfies(e -> assertSays(e.getMessage(), "Cannot make table t: ", "c", says));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> TableDescription.of("t", NUMBERS).withColumns(List.of(
            new TableColumn(NUMBERS.getFields().getFirst(), "number"), new TableColumn(field, null))))
        .satisfies(e -> assertSays(e.getMessage(), "Cannot change the columns of table t: ", "c", says));
    peer.requireEmpty();
  }

  /** Of formats that others write, too. */
  @ParameterizedTest
  @MethodSource("impossible")
  void formatsOfOnesOwnThatMakeThemAreRefused(Field field, String says) throws IOException {
    if (field.getDictionary() != null) {
      return;
    }
    ImportFormat format = new ImportFormat() {
      @Override
      public int passes(ImportWork work) {
        return 1;
      }

      @Override
      public ImportPlan plan(List<ImportSource> sources, ImportWork work) {
        return new ImportPlan() {
          @Override
          public Schema schema() {
            return new Schema(List.of(field));
          }

          @Override
          public ImportReader open(int file, BufferAllocator allocator, LongConsumer read) {
            throw new AssertionError("it was refused before");
          }
        };
      }
    };
    Path file = Files.writeString(folder.resolve("f"), "x");
    assertThatThrownBy(() -> TableImport.of(format, List.of(file)).into(tables, "t"))
        .isInstanceOf(ImportException.class)
        .satisfies(e -> assertSays(e.getMessage(), "Cannot import " + file + ": ", "c", says));
    peer.requireEmpty();
  }

  @Test
  void depthHasAnEnd() throws IOException {
    importIpc(deep(100));
    tables.drop("t");
    for (int levels : new int[] {101, 400, 1500}) {
      assertThatThrownBy(() -> importIpc(deep(levels))).as("%d levels", levels).isInstanceOf(ImportException.class)
          .hasMessageStartingWith("Cannot import " + folder.resolve("f.arrows"))
          .hasMessageMatching(
              ".*( deep within each other, which is not supported; make it flatter| deep within each other.*)");
    }
    assertThatIllegalArgumentException().isThrownBy(() -> tables.create("t", new Schema(List.of(deep(101)))))
        .withMessage("Cannot write table t: column c has fields that lie more than 100 deep within each other, which is"
            + " not supported; make it flatter");
    peer.requireEmpty();
  }

  /** A union is asked for the kinds of its fields, of which an impossible type has none. */
  @Test
  void whatIsInsideOfAUnionIsLookedAtFirst() {
    Field wrong = RandomVectors.field("w", new ArrowType.Int(34, true));
    for (UnionMode mode : UnionMode.values()) {
      Field union = column(new ArrowType.Union(mode, new int[] {0, 1}), wrong, NUMBER);
      assertThatIllegalArgumentException().isThrownBy(() -> tables.create("t", new Schema(List.of(union))))
          .withMessageStartingWith("Cannot write table t: column c.w has integers of 34 bits");
      assertThatThrownBy(() -> importIpc(union)).isInstanceOf(ImportException.class)
          .hasMessageContaining("column c.w has integers of 34 bits");
    }
  }

  @Test
  void aNameIsWanted() {
    Field nameless = new Field(null, FieldType.nullable(new ArrowType.Int(64, true)), null);
    assertThatIllegalArgumentException().isThrownBy(() -> tables.create("t", new Schema(List.of(nameless))))
        .withMessage("Cannot write table t: a column, or a field in one, has no name; give it one");
  }

  @Test
  void whatCanBeIsTaken() {
    for (Field field : Stream.concat(RandomVectors.everyType().getFields().stream(), RandomVectors.rareTypes().stream())
        .toList()) {
      SchemaCheck.require(List.of(field));
    }
    SchemaCheck
        .require(List.of(column(new ArrowType.Decimal(38, -5, 128)), column(new ArrowType.FixedSizeList(0), NUMBER),
            column(new ArrowType.Struct()), column(new ArrowType.Union(UnionMode.Sparse, null), NUMBER),
            column(new ArrowType.Decimal(5, 40, 128)), column(new ArrowType.Map(true), pair(false, false))));
  }
}
