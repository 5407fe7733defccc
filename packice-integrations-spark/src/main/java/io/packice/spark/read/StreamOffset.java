package io.packice.spark.read;

import io.packice.arrow.manifest.TableDescription;
import io.packice.arrow.manifest.TablePart;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import org.apache.spark.sql.connector.read.streaming.Offset;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * How far a stream has come: so many rows of a table that grows. It remembers which parts these rows are in, so that another table of the same name, or one whose
 * rows were changed, is noticed.
 */
final class StreamOffset extends Offset {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final long version;
  private final long row;
  private final String parts;

  private StreamOffset(long version, long row, String parts) {
    this.version = version;
    this.row = row;
    this.parts = parts;
  }

  /** Behind some rows of a table. */
  static StreamOffset at(TableDescription table, long row) {
    return new StreamOffset(table.version(), row, fingerprint(table, row));
  }

  static StreamOffset parse(String json) {
    try {
      JsonNode node = JSON.readTree(json);
      return new StreamOffset(node.required("version").longValue(), node.required("row").longValue(),
          node.required("parts").stringValue());
    } catch (JacksonException damaged) {
      throw new IllegalArgumentException("Cannot read the offset " + json
          + ": it is none of a packice table; begin with a new checkpoint", damaged);
    }
  }

  /** Of the parts that have the first rows. */
  private static String fingerprint(TableDescription table, long rows) {
    StringBuilder ids = new StringBuilder();
    long row = 0;
    for (TablePart part : table.parts()) {
      if (row >= rows) {
        break;
      }
      ids.append(part.id()).append('\n');
      row += part.rowCount();
    }
    return UUID.nameUUIDFromBytes(ids.toString().getBytes(StandardCharsets.UTF_8)).toString();
  }

  /** Whether a table begins with the rows that are behind this. */
  boolean isIn(TableDescription table) {
    return row <= table.rowCount() && fingerprint(table, row).equals(parts);
  }

  long row() {
    return row;
  }

  long version() {
    return version;
  }

  @Override
  public String json() {
    return JSON.createObjectNode().put("version", version).put("row", row).put("parts", parts).toString();
  }
}
