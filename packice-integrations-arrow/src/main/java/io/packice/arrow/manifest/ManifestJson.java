package io.packice.arrow.manifest;

import io.packice.arrow.batch.SchemaMessage;
import io.packice.arrow.schema.Damage;
import io.packice.arrow.schema.DamageWords;
import io.packice.arrow.schema.EncodedSchema;
import io.packice.arrow.statistics.ColumnStatistics;
import io.packice.core.JsonTrouble;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The one class that knows the JSON of docs/format.md. The schema is kept as the Arrow IPC schema message, which every
 * Arrow implementation reads and which loses nothing; Arrow's JSON schema is a testing aid without promises. What is there for people to read,
 * {@code columns} and the totals, is not read back.
 */
final class ManifestJson {
  /** The newest that is read. */
  static final int FORMAT_VERSION = 3;
  /** What tables have that use nothing newer. */
  private static final int PLAIN_VERSION = 1;
  /** With changed columns, properties or partitions, but no fills. */
  private static final int UNFILLED_VERSION = 2;
  /** More than 128 bits and their sums have. */
  private static final int MAX_DECIMAL_LETTERS = 100;
  private static final String AS_OF = "as_of";

  private static final JsonMapper JSON = JsonMapper.builder().build();

  private ManifestJson() {
  }

  static byte[] write(Manifest manifest) {
    return JSON.writeValueAsBytes(json(manifest));
  }

  /** A description: with when its manifest was read. */
  static byte[] write(Manifest manifest, long asOf) {
    return JSON.writeValueAsBytes(json(manifest).put(AS_OF, asOf));
  }

  /** When the manifest of a description was read; 0 if it was not, or it is a manifest. */
  static long asOf(byte[] description) {
    return JSON.readTree(description).path(AS_OF).asLong(0);
  }

  private static ObjectNode json(Manifest manifest) {
    boolean isPlain = manifest.columns().areUnchanged() && manifest.properties().isEmpty()
        && manifest.partitioning().isEmpty();
    ObjectNode json = JSON.createObjectNode();
    json.put("format_version", formatVersion(manifest, isPlain));
    json.put("table_version", manifest.version());
    json.put("history", manifest.history());
    json.put("row_count", manifest.rowCount());
    json.put("byte_size", manifest.byteSize());
    ArrayNode columns = json.putArray("columns");
    for (Field field : manifest.schema().messages().getFields()) {
      ObjectNode column = columns.addObject()
          .put("name", field.getName())
          .put("type", field.getType().toString())
          .put("nullable", field.isNullable());
      if (field.getDictionary() != null) {
        column.put("dictionary", field.getDictionary().getId());
      }
    }
    json.put("schema", encode(manifest.schema()));
    if (!isPlain) {
      writeColumns(manifest.columns(), json);
      ObjectNode properties = json.putObject("properties");
      manifest.properties().forEach(properties::put);
      ArrayNode partitioning = json.putArray("partitioning");
      manifest.partitioning().forEach(field -> partitioning.addObject().put("transform", field.transform())
          .put("column", field.column()).put("parameter", field.parameter()));
    }
    ArrayNode parts = json.putArray("parts");
    manifest.parts().forEach(part -> write(part, parts.addObject()));
    return json;
  }

  private static int formatVersion(Manifest manifest, boolean isPlain) {
    if (isPlain) {
      return PLAIN_VERSION;
    }
    return manifest.columns().fills().isEmpty() ? UNFILLED_VERSION : FORMAT_VERSION;
  }

  private static void writeColumns(TableColumns columns, ObjectNode json) {
    put(json, columns.current().ids());
    json.put("last_column_id", columns.lastId());
    ArrayNode former = json.putArray("former_schemas");
    for (TableColumns.Identified schema : columns.former()) {
      put(former.addObject().put("schema", encode(schema.schema())), schema.ids());
    }
    if (!columns.fills().isEmpty()) {
      ObjectNode fills = json.putObject("fills");
      columns.fills().forEach((id, fill) -> fills.set(id.toString(), fill.toJson()));
    }
  }

  private static void put(ObjectNode json, List<Integer> ids) {
    ArrayNode array = json.putArray("column_ids");
    ids.forEach(array::add);
  }

  static String encode(EncodedSchema schema) {
    return Base64.getEncoder().encodeToString(SchemaMessage.encode(schema.messages()));
  }

  static EncodedSchema decode(String schema) {
    return EncodedSchema.ofMessages(message(schema));
  }

  /** Throws {@link Damage} for whatever is no schema: it is only found out by what the libraries stumble over. */
  private static Schema message(String schema) {
    try {
      return SchemaMessage.decode(Base64.getDecoder().decode(schema));
    } catch (RuntimeException | StackOverflowError damage) {
      throw new Damage("its schema cannot be read, " + DamageWords.of(damage), damage);
    }
  }

  static void write(Manifest.Part part, ObjectNode node) {
    node.put("id", part.id()).put("row_count", part.rowCount()).put("byte_size", part.byteSize()).put("batch_count",
        part.batchCount());
    if (part.schema() != TableColumns.CURRENT) {
      node.put("former_schema", part.schema());
    }
    if (!part.partition().isEmpty()) {
      ArrayNode partition = node.putArray("partition");
      part.partition().forEach(value -> partition.addPOJO(value));
    }
    ArrayNode statistics = node.putArray("statistics");
    part.statistics().forEach(column -> write(column, statistics.addObject()));
  }

  private static void write(ColumnStatistics column, ObjectNode node) {
    node.put("null_count", column.nullCount());
    put(node, "min", column.min());
    put(node, "max", column.max());
    put(node, "sum", column.sum());
  }

  private static void put(ObjectNode node, String key, @Nullable Number value) {
    switch (value) {
      case null -> {
      }
      case Long number -> node.put(key, number);
      case BigInteger number -> node.put(key, number);
      case Double number when Double.isInfinite(number) -> node.put(key, number.toString()); // JSON has no infinity
      case Double number -> node.put(key, number);
      case BigDecimal number -> node.put(key, number.toPlainString()); // as text, which no reader of JSON rounds
      default -> throw new IllegalArgumentException("Cannot keep a statistic of " + value.getClass());
    }
  }

  /**
   * Reads a manifest.
   *
   * @throws TableFormatException if it is too new or damaged
   */
  static Manifest parse(String name, MemorySegment bytes) {
    try {
      JsonNode json = JSON.readTree(bytes.toArray(ValueLayout.JAVA_BYTE));
      int format = json.required("format_version").intValue();
      if (format > FORMAT_VERSION) {
        throw new TableFormatException("Cannot read table " + name + ": its format is version " + format
            + ", this Packice reads up to " + FORMAT_VERSION + "; use a newer Packice");
      }
      return checked(read(json));
    } catch (TableFormatException tooNew) {
      throw tooNew;
    } catch (JacksonException | IllegalArgumentException | IndexOutOfBoundsException | StackOverflowError
        | UnsupportedOperationException | ClassCastException | NullPointerException damaged) {
      throw new TableFormatException(
          "Cannot read table " + name + ": its manifest of " + bytes.byteSize() + " bytes is damaged ("
              + words(damaged) + "); drop the table and write it anew",
          damaged);
    }
  }

  private static String words(Throwable damaged) {
    return damaged instanceof JacksonException ? JsonTrouble.of(damaged) : DamageWords.of(damaged);
  }

  private static Manifest read(JsonNode json) {
    List<Manifest.Part> parts = new ArrayList<>();
    json.required("parts").forEach(part -> parts.add(readPart(part)));
    SortedMap<String, String> properties = new TreeMap<>();
    json.path("properties").properties().forEach(each -> properties.put(each.getKey(), each.getValue().stringValue()));
    List<PartitionField> partitioning = new ArrayList<>();
    json.path("partitioning").forEach(field -> partitioning.add(new PartitionField(
        field.required("transform").stringValue(), field.required("column").stringValue(),
        field.required("parameter").intValue())));
    return new Manifest(json.required("table_version").longValue(), readColumns(json), parts,
        json.path("history").asInt(0), properties, partitioning);
  }

  private static TableColumns readColumns(JsonNode json) {
    EncodedSchema schema = decode(json.required("schema").stringValue());
    if (!json.has("column_ids")) {
      return TableColumns.of(schema);
    }
    List<TableColumns.Identified> former = new ArrayList<>();
    json.required("former_schemas").forEach(
        each -> former.add(new TableColumns.Identified(decode(each.required("schema").stringValue()), ids(each))));
    TableColumns.Identified current = new TableColumns.Identified(schema, ids(json));
    SortedMap<Integer, ColumnFill> fills = new TreeMap<>();
    json.path("fills").properties().forEach(each -> {
      int id = Integer.parseInt(each.getKey());
      fills.put(id, ColumnFill.parse(current.field(id), each.getValue()));
    });
    return new TableColumns(current, json.required("last_column_id").intValue(), former, fills);
  }

  private static List<Integer> ids(JsonNode json) {
    List<Integer> ids = new ArrayList<>();
    json.required("column_ids").forEach(id -> ids.add(id.intValue()));
    return ids;
  }

  private static Manifest checked(Manifest manifest) {
    for (Manifest.Part part : manifest.parts()) {
      if (part.rowCount() < 0 || part.byteSize() < 0 || part.batchCount() < 0
          || part.statistics().size() != manifest.schema(part).messages().getFields().size()
          || part.partition().size() != manifest.partitioning().size()) {
        throw new Damage("part " + part.id() + " has impossible numbers");
      }
    }
    return manifest;
  }

  static Manifest.Part readPart(JsonNode json) {
    List<ColumnStatistics> statistics = new ArrayList<>();
    json.required("statistics")
        .forEach(column -> statistics.add(new ColumnStatistics(column.required("null_count").longValue(),
            number(column.get("min")), number(column.get("max")), exact(column.get("sum")))));
    List<@Nullable Object> partition = new ArrayList<>();
    json.path("partition").forEach(value -> partition.add(value(value)));
    return new Manifest.Part(json.required("id").stringValue(), json.required("row_count").longValue(),
        json.required("byte_size").longValue(), json.required("batch_count").intValue(), statistics,
        json.path("former_schema").asInt(TableColumns.CURRENT), partition);
  }

  private static @Nullable Object value(JsonNode json) {
    if (json.isNull()) {
      return null;
    }
    if (json.isBoolean()) {
      return json.booleanValue();
    }
    return json.isString() ? json.stringValue() : (Object) json.longValue();
  }

  /** Without an exponent, which would make numbers of a billion digits. */
  static BigDecimal decimal(String text) {
    if (text.length() > MAX_DECIMAL_LETTERS || text.contains("e") || text.contains("E")) {
      throw new IllegalArgumentException("\"" + text + "\" is no decimal");
    }
    return new BigDecimal(text);
  }

  private static @Nullable Number exact(@Nullable JsonNode json) {
    Number number = number(json);
    if (number instanceof Double) {
      throw new IllegalArgumentException("a sum of " + number + " is not exact");
    }
    return number;
  }

  private static @Nullable Number number(@Nullable JsonNode json) {
    if (json == null) {
      return null;
    }
    if (json.isString()) {
      String text = json.stringValue();
      return text.endsWith("Infinity") ? (Number) Double.valueOf(text) : decimal(text);
    }
    if (json.isIntegralNumber()) {
      return json.canConvertToLong() ? (Number) json.longValue() : json.bigIntegerValue();
    }
    return json.doubleValue();
  }
}
