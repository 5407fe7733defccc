package io.packice.arrow;

import io.packice.core.Metadata;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a table consists of: the one class that knows the JSON of docs/format.md. The schema is kept as the Arrow IPC schema message, which every
 * Arrow implementation reads and which loses nothing; Arrow's JSON schema is a testing aid without promises. What is there for people to read,
 * {@code columns} and the totals, is not read back.
 *
 * @param version the table's version, from 1
 * @param schema its columns; the form that messages have is what is kept
 * @param parts its parts in order
 * @param history how many earlier versions stay
 */
record Manifest(long version, EncodedSchema schema, List<Part> parts, int history) {
  static final int FORMAT_VERSION = 1;

  private static final String FORMAT = "packice.format";
  private static final String TABLE = "table";
  private static final String TABLE_VERSION = "table-version";
  private static final String TABLE_PART = "table-part";

  /** What a manifest object says about itself. */
  static final Metadata TABLE_META = Metadata.of(Map.of(FORMAT, TABLE));
  /** What the manifest of an earlier version says about itself. */
  static final Metadata VERSION_META = Metadata.of(Map.of(FORMAT, TABLE_VERSION));
  /** What a part object says about itself. */
  static final Metadata PART_META = Metadata.of(Map.of(FORMAT, TABLE_PART));

  private static final JsonMapper JSON = JsonMapper.builder().build();

  /** One part object. */
  record Part(String id, long rowCount, long byteSize, int batchCount, List<ColumnStatistics> statistics) {
    Part {
      statistics = List.copyOf(statistics);
    }
  }

  Manifest {
    parts = List.copyOf(parts);
  }

  static boolean isTable(Metadata meta) {
    return TABLE.equals(meta.text(FORMAT));
  }

  static boolean isVersion(Metadata meta) {
    return TABLE_VERSION.equals(meta.text(FORMAT));
  }

  static boolean isPart(Metadata meta) {
    return TABLE_PART.equals(meta.text(FORMAT));
  }

  long rowCount() {
    return parts.stream().mapToLong(Part::rowCount).sum();
  }

  long byteSize() {
    return parts.stream().mapToLong(Part::byteSize).sum();
  }

  private int columnCount() {
    return schema.messages().getFields().size();
  }

  /** Follows from the parts' ids, which are unique: each writer chooses its own. */
  String fingerprint() {
    UUID unique = UUID.nameUUIDFromBytes(parts.stream().map(Part::id).collect(Collectors.joining("\n"))
        .getBytes(StandardCharsets.UTF_8));
    return version + "-" + unique;
  }

  TableSummary summary(String name) {
    return new TableSummary(name, version, columnCount(), rowCount(), parts.size(), byteSize());
  }

  byte[] toJson() {
    ObjectNode json = JSON.createObjectNode();
    json.put("format_version", FORMAT_VERSION);
    json.put("table_version", version);
    json.put("history", history);
    json.put("row_count", rowCount());
    json.put("byte_size", byteSize());
    ArrayNode columns = json.putArray("columns");
    for (Field field : schema.messages().getFields()) {
      ObjectNode column = columns.addObject()
          .put("name", field.getName())
          .put("type", field.getType().toString())
          .put("nullable", field.isNullable());
      if (field.getDictionary() != null) {
        column.put("dictionary", field.getDictionary().getId());
      }
    }
    json.put("schema", Base64.getEncoder().encodeToString(schema.messages().serializeAsMessage()));
    ArrayNode list = json.putArray("parts");
    for (Part part : parts) {
      ObjectNode node = list.addObject();
      node.put("id", part.id).put("row_count", part.rowCount).put("byte_size", part.byteSize).put("batch_count",
          part.batchCount);
      ArrayNode statistics = node.putArray("statistics");
      part.statistics.forEach(column -> write(column, statistics.addObject()));
    }
    return JSON.writeValueAsBytes(json);
  }

  private static void write(ColumnStatistics column, ObjectNode node) {
    node.put("null_count", column.nullCount());
    put(node, "min", column.min());
    put(node, "max", column.max());
  }

  private static void put(ObjectNode node, String key, @Nullable Number value) {
    switch (value) {
      case null -> {
      }
      case Long number -> node.put(key, number);
      case BigInteger number -> node.put(key, number);
      case Double number when Double.isInfinite(number) -> node.put(key, number.toString()); // JSON has no infinity
      case Double number -> node.put(key, number);
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
      byte[] schema = Base64.getDecoder().decode(json.required("schema").stringValue());
      List<Part> parts = new ArrayList<>();
      json.required("parts").forEach(part -> parts.add(readPart(part)));
      return new Manifest(json.required("table_version").longValue(),
          EncodedSchema.ofMessages(Schema.deserializeMessage(ByteBuffer.wrap(schema))), parts,
          json.path("history").asInt(0)).checked();
    } catch (TableFormatException tooNew) {
      throw tooNew;
    } catch (JacksonException | IllegalArgumentException | IndexOutOfBoundsException | StackOverflowError
        | UnsupportedOperationException | ClassCastException | NullPointerException damaged) {
      throw new TableFormatException(
          "Cannot read table " + name + ": its manifest of " + bytes.byteSize() + " bytes is damaged ("
              + damaged.getMessage() + "); drop the table and write it anew",
          damaged);
    }
  }

  private Manifest checked() {
    for (Part part : parts) {
      if (part.rowCount < 0 || part.byteSize < 0 || part.batchCount < 0
          || part.statistics.size() != columnCount()) {
        throw new IllegalArgumentException("part " + part.id + " has impossible numbers");
      }
    }
    return this;
  }

  private static Part readPart(JsonNode json) {
    List<ColumnStatistics> statistics = new ArrayList<>();
    json.required("statistics")
        .forEach(column -> statistics.add(new ColumnStatistics(column.required("null_count").longValue(),
            number(column.get("min")), number(column.get("max")))));
    return new Part(json.required("id").stringValue(), json.required("row_count").longValue(),
        json.required("byte_size").longValue(), json.required("batch_count").intValue(), statistics);
  }

  private static @Nullable Number number(@Nullable JsonNode json) {
    if (json == null) {
      return null;
    }
    if (json.isString()) {
      return Double.valueOf(json.stringValue());
    }
    if (json.isIntegralNumber()) {
      return json.canConvertToLong() ? (Number) json.longValue() : json.bigIntegerValue();
    }
    return json.doubleValue();
  }
}
