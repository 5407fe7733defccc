package io.packice.spark;

import io.packice.arrow.TableDescription;
import io.packice.spark.peers.PeerAddress;
import io.packice.spark.read.MetadataColumns;
import io.packice.spark.read.PackiceScanBuilder;
import io.packice.spark.read.ReadOptions;
import io.packice.spark.types.SchemaMapping;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.apache.spark.sql.connector.catalog.MetadataColumn;
import org.apache.spark.sql.connector.catalog.SupportsMetadataColumns;
import org.apache.spark.sql.connector.catalog.SupportsRead;
import org.apache.spark.sql.connector.catalog.TableCapability;
import org.apache.spark.sql.connector.read.ScanBuilder;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.util.CaseInsensitiveStringMap;

/** One version of a table as Spark sees it. It holds no lease; Spark asks the catalog anew for each query. Immutable. */
public final class PackiceTable implements SupportsRead, SupportsMetadataColumns {
  private final TableDescription description;
  private final PeerAddress peer;
  private final StructType schema;

  PackiceTable(TableDescription description, PeerAddress peer) {
    this.description = description;
    this.peer = peer;
    this.schema = SchemaMapping.toSpark(description.plainSchema());
  }

  @Override
  public String name() {
    return description.name();
  }

  /**
   * The version, by which Spark notices that a table has changed.
   *
   * @return the number as text
   */
  @Override
  public String version() {
    return Long.toString(description.version());
  }

  @Override
  @SuppressWarnings("deprecation") // what columns() is made of by default
  public StructType schema() {
    return schema;
  }

  @Override
  public Map<String, String> properties() {
    Map<String, String> properties = new LinkedHashMap<>();
    properties.put("packice.version", version());
    properties.put("packice.rows", Long.toString(description.rowCount()));
    properties.put("packice.bytes", Long.toString(description.byteSize()));
    properties.put("packice.parts", Integer.toString(description.parts().size()));
    properties.put("packice.history", Integer.toString(description.history()));
    return properties;
  }

  @Override
  public MetadataColumn[] metadataColumns() {
    return MetadataColumns.all();
  }

  @Override
  public Set<TableCapability> capabilities() {
    return Set.of(TableCapability.BATCH_READ);
  }

  @Override
  public ScanBuilder newScanBuilder(CaseInsensitiveStringMap options) {
    return new PackiceScanBuilder(description, peer, schema, ReadOptions.of(options));
  }

  /** Such as {@code packice sales (version 3, 60000 rows, 2 parts)}. */
  @Override
  public String toString() {
    return "packice " + description;
  }
}
