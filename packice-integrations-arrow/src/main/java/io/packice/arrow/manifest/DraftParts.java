package io.packice.arrow.manifest;

import io.packice.arrow.schema.Counts;
import io.packice.arrow.schema.Damage;
import io.packice.arrow.schema.DamageWords;
import io.packice.arrow.schema.EncodedSchema;
import io.packice.core.JsonTrouble;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Parts that a {@code PartsWriter} has filled and handed over, for a {@code TableChange} to publish, in this process or another. They are drafts: nobody
 * sees them, and they are gone one lease TTL after the last that kept them. Whoever has this may publish or discard them, so it is not for logs. Immutable, safe
 * from any thread.
 */
public final class DraftParts {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final String table;
  private final EncodedSchema schema;
  private final Duration leaseTtl;
  private final List<Draft> drafts;

  /**
   * A part, and the lease on its draft.
   *
   * @param lease the id of the lease
   * @param part what was written
   */
  public record Draft(String lease, Manifest.Part part) {
  }

  /**
   * Parts that were written.
   *
   * @param table whose they are to be
   * @param schema what they were written in
   * @param leaseTtl how long their leases live
   * @param drafts each with its lease
   */
  public DraftParts(String table, EncodedSchema schema, Duration leaseTtl, List<Draft> drafts) {
    this.table = table;
    this.schema = schema;
    this.leaseTtl = leaseTtl;
    this.drafts = List.copyOf(drafts);
  }

  /**
   * Whose they are to be.
   *
   * @return the table's name
   */
  public String table() {
    return table;
  }

  /**
   * What they were written in.
   *
   * @return the schema
   */
  public EncodedSchema schema() {
    return schema;
  }

  /**
   * How long they stay when nobody renews their leases.
   *
   * @return the TTL
   */
  public Duration leaseTtl() {
    return leaseTtl;
  }

  /**
   * The parts with their leases.
   *
   * @return each
   */
  public List<Draft> drafts() {
    return drafts;
  }

  /**
   * The parts, as they will be in the table.
   *
   * @return in the order in which they were written; none if there were no rows
   */
  public List<TablePart> parts() {
    return drafts.stream().map(Draft::part).map(part -> new TablePart(part.id(), part.rowCount(), part.byteSize(),
        part.batchCount(), part.statistics(), part.partition(), part.schema())).toList();
  }

  /**
   * This as bytes, for another process.
   *
   * @return what {@link #fromBytes} reads
   */
  public byte[] toBytes() {
    ObjectNode json = JSON.createObjectNode();
    json.put("table", table).put("schema", ManifestJson.encode(schema)).put("lease_ttl_millis", leaseTtl.toMillis());
    ArrayNode list = json.putArray("parts");
    for (Draft draft : drafts) {
      ObjectNode node = list.addObject();
      node.put("lease_id", draft.lease);
      ManifestJson.write(draft.part, node);
    }
    return JSON.writeValueAsBytes(json);
  }

  /**
   * Reads what {@link #toBytes} gave.
   *
   * @param bytes the parts
   * @return the parts
   * @throws IllegalArgumentException if the bytes are something else
   */
  public static DraftParts fromBytes(byte[] bytes) {
    try {
      JsonNode json = JSON.readTree(bytes);
      List<Draft> drafts = new ArrayList<>();
      json.required("parts").forEach(
          part -> drafts.add(new Draft(part.required("lease_id").stringValue(), ManifestJson.readPart(part))));
      return new DraftParts(json.required("table").stringValue(),
          ManifestJson.decode(json.required("schema").stringValue()),
          Duration.ofMillis(json.required("lease_ttl_millis").longValue()), drafts);
    } catch (JacksonException | Damage damaged) {
      throw new IllegalArgumentException(
          "Cannot read " + bytes.length + " bytes as draft parts: "
              + (damaged instanceof Damage ? DamageWords.of(damaged) : JsonTrouble.of(damaged))
              + "; give what toBytes gave",
          damaged);
    }
  }

  /** Such as {@code sales (2 drafts, 1000 rows)}; without the leases. */
  @Override
  public String toString() {
    return table + " (" + Counts.of(drafts.size(), "draft") + ", "
        + Counts.of(drafts.stream().mapToLong(draft -> draft.part.rowCount()).sum(), "row") + ")";
  }
}
