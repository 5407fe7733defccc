package io.packice.spark.types;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.packice.arrow.manifest.TableDescription;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import org.apache.arrow.vector.types.UnionMode;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;
import org.apache.spark.sql.types.CharType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.DayTimeIntervalType;
import org.apache.spark.sql.types.Metadata;
import org.apache.spark.sql.types.MetadataBuilder;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.types.TimeType;
import org.apache.spark.sql.types.VarcharType;
import org.apache.spark.sql.types.YearMonthIntervalType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SchemaMappingTest {
  private static StructType thereAndBack(StructType schema) {
    Schema arrow = SchemaMapping.toArrow(schema);
    Schema stored = Schema.deserializeMessage(ByteBuffer.wrap(arrow.serializeAsMessage()));
    return SchemaMapping.toSpark(stored);
  }

  private static void keeps(DataType type) {
    StructType schema = new StructType().add("c", type).add("a", DataTypes.createArrayType(type, true))
        .add("s", new StructType().add("x", type, true).add("y", type, false), true)
        .add("m", DataTypes.createMapType(DataTypes.StringType, type, true), false);
    assertThat(thereAndBack(schema)).isEqualTo(schema);
  }

  @ParameterizedTest
  @ValueSource(strings = {"void", "boolean", "tinyint", "smallint", "int", "bigint", "float", "double", "decimal(1,0)",
      "decimal(18,9)", "decimal(38,38)", "string", "string collate UNICODE_CI", "binary", "date", "timestamp",
      "timestamp_ntz", "interval", "interval year", "interval month", "interval year to month", "interval day",
      "interval day to second", "interval hour to minute", "interval second", "variant", "time(0)", "time(3)",
      "time(6)", "array<int>", "map<int,array<string>>", "struct<a:int,b:struct<c:string>>"})
  void everyTypeOfSparkComesBack(String type) {
    keeps(DataType.fromDDL(type));
  }

  @Test
  void rareTypesComeBackToo() {
    keeps(new TimeType(1));
    keeps(DayTimeIntervalType.apply((byte) 2, (byte) 3));
    keeps(YearMonthIntervalType.apply((byte) 1));
    keeps(CharType.apply(5));
    keeps(VarcharType.apply(77));
  }

  @Test
  void namesNullabilityAndMetadataComeBack() {
    Metadata comment = new MetadataBuilder().putString("comment", "what it is").putLong("n", 7).build();
    StructType schema = new StructType(new StructField[] {
        new StructField("Grüße, Welt", DataTypes.LongType, false, comment),
        new StructField("nested",
            new StructType(new StructField[] {new StructField("x", DataTypes.DateType, false, comment)}), true,
            Metadata.empty())});
    assertThat(thereAndBack(schema)).isEqualTo(schema);
  }

  @Test
  void aHintThatDoesNotFitCountsForNothing() {
    Field lied = new Field("c", new FieldType(true, new ArrowType.Int(64, true), null,
        Map.of(SchemaMapping.TYPE_KEY, new StructType().add("c", DataTypes.StringType).json())), null);
    assertThat(SchemaMapping.toSpark(new Schema(List.of(lied))).fields()[0].dataType()).isEqualTo(DataTypes.LongType);
    Field broken = new Field("c", new FieldType(true, new ArrowType.Int(64, true), null,
        Map.of(SchemaMapping.TYPE_KEY, "{\"type\":\"udt\"}")), null);
    assertThat(SchemaMapping.toSpark(new Schema(List.of(broken))).fields()[0].dataType()).isEqualTo(DataTypes.LongType);
  }

  @Test
  void whatHasNoFormIsRefusedByColumnAndType() {
    assertThatThrownBy(() -> SchemaMapping.toArrow(
        new StructType().add("where", DataTypes.createArrayType(org.apache.spark.sql.types.GeometryType.apply(4326)))))
        .isInstanceOf(UnsupportedTypeException.class)
        .hasMessage(
            "Cannot keep column where: its type GEOMETRY(4326) has no form in a table; cast it to another type, or leave it out");
    Field union = new Field("either", FieldType.nullable(new ArrowType.Union(UnionMode.Sparse, new int[0])), List.of());
    assertThatThrownBy(() -> SchemaMapping.toSpark(new Schema(List.of(union))))
        .isInstanceOf(UnsupportedTypeException.class)
        .hasMessageStartingWith("Cannot read column either: Spark has no type for Arrow's Union");
    Field wide = Field.nullable("wide", new ArrowType.Decimal(60, 3, 256));
    assertThatThrownBy(() -> SchemaMapping.toSpark(new Schema(List.of(wide))))
        .hasMessageStartingWith("Cannot read column wide");
  }

  @Test
  void twoColumnsOfOneNameAreRefusedByTableAndColumn() {
    Field a = Field.nullable("a", new ArrowType.Int(64, true));
    Field other = Field.nullable("A", new ArrowType.Int(64, true));
    Schema twice = new Schema(List.of(a, other, a)); // structs of such fields cannot be written
    assertThatThrownBy(() -> SchemaMapping.toSpark(TableDescription.of("x.t", twice)))
        .isInstanceOf(UnsupportedTypeException.class)
        .hasMessage("Cannot read table x.t: it has more than one column a, "
            + "and Spark finds columns by name; write the table anew with other names");
  }
}
