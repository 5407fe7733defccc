package io.packice.spark;

import io.packice.arrow.manifest.TableDescription;
import io.packice.spark.catalog.TableProperties;
import io.packice.spark.partition.Transforms;
import io.packice.spark.peers.PeerAddress;
import io.packice.spark.read.MetadataColumns;
import io.packice.spark.read.PackiceScanBuilder;
import io.packice.spark.read.ReadOptions;
import io.packice.spark.types.SchemaMapping;
import io.packice.spark.write.PackiceWriteBuilder;
import io.packice.spark.write.PartsDelete;
import io.packice.spark.write.RowLevelReplace;
import io.packice.spark.write.WriteTarget;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import org.apache.spark.sql.connector.catalog.MetadataColumn;
import org.apache.spark.sql.connector.catalog.SupportsDeleteV2;
import org.apache.spark.sql.connector.catalog.SupportsMetadataColumns;
import org.apache.spark.sql.connector.catalog.SupportsRead;
import org.apache.spark.sql.connector.catalog.SupportsRowLevelOperations;
import org.apache.spark.sql.connector.catalog.SupportsWrite;
import org.apache.spark.sql.connector.catalog.TableCapability;
import org.apache.spark.sql.connector.expressions.Transform;
import org.apache.spark.sql.connector.expressions.filter.Predicate;
import org.apache.spark.sql.connector.read.ScanBuilder;
import org.apache.spark.sql.connector.write.LogicalWriteInfo;
import org.apache.spark.sql.connector.write.RowLevelOperationBuilder;
import org.apache.spark.sql.connector.write.RowLevelOperationInfo;
import org.apache.spark.sql.connector.write.WriteBuilder;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.util.CaseInsensitiveStringMap;

/** One version of a table as Spark sees it. Spark asks the catalog anew for each query, which keeps the version for it. Immutable. */
public final class PackiceTable
    implements
    SupportsRead,
    SupportsWrite,
    SupportsMetadataColumns,
    SupportsDeleteV2,
    SupportsRowLevelOperations {
  private final TableDescription description;
  private final PeerAddress peer;
  private final StructType schema;
  private final Columns columns;

  /** Who finds the table's columns in the rows that are written. */
  enum Columns {
    /** Spark, by name or by place; it tells of the first difference. */
    BY_SPARK,
    /** The write, by name; it tells of all differences. */
    BY_NAME
  }

  PackiceTable(TableDescription description, PeerAddress peer) {
    this(description, peer, Columns.BY_SPARK);
  }

  PackiceTable(TableDescription description, PeerAddress peer, Columns columns) {
    this.columns = columns;
    this.description = description;
    this.peer = peer;
    this.schema = SchemaMapping.toSpark(description);
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
    return TableProperties.of(description);
  }

  @Override
  public MetadataColumn[] metadataColumns() {
    return MetadataColumns.all();
  }

  @Override
  public Set<TableCapability> capabilities() {
    Set<TableCapability> capabilities =
        EnumSet.of(TableCapability.BATCH_READ, TableCapability.MICRO_BATCH_READ, TableCapability.BATCH_WRITE,
            TableCapability.TRUNCATE,
            TableCapability.OVERWRITE_BY_FILTER, TableCapability.OVERWRITE_DYNAMIC, TableCapability.STREAMING_WRITE);
    if (columns == Columns.BY_NAME) {
      capabilities.add(TableCapability.ACCEPT_ANY_SCHEMA);
    }
    return capabilities;
  }

  /**
   * Begins a read.
   *
   * @throws IllegalArgumentException if an option makes no sense, or names another version than this: Spark opens a table before it looks at them
   */
  @Override
  public ScanBuilder newScanBuilder(CaseInsensitiveStringMap options) {
    Long version = ReadOptions.version(options);
    if (version != null && version != description.version()) {
      throw new IllegalArgumentException("Cannot read version " + version + " of table " + name()
          + " by the option " + ReadOptions.VERSION + " here: Spark has opened version " + description.version()
          + "; say " + ReadOptions.VERSION_AS_OF + ", or VERSION AS OF in SQL, or load(\"" + name() + "\")");
    }
    return new PackiceScanBuilder(description, peer, schema, ReadOptions.of(options));
  }

  @Override
  public Transform[] partitioning() {
    return Transforms.of(description.partitioning());
  }

  private WriteTarget target() {
    return new WriteTarget(peer, description, schema);
  }

  @Override
  public WriteBuilder newWriteBuilder(LogicalWriteInfo info) {
    return new PackiceWriteBuilder(target(), info);
  }

  @Override
  public boolean canDeleteWhere(Predicate[] predicates) {
    return new PartsDelete(target()).isPossible(predicates);
  }

  @Override
  public void deleteWhere(Predicate[] predicates) {
    new PartsDelete(target()).delete(predicates);
  }

  @Override
  public RowLevelOperationBuilder newRowLevelOperationBuilder(RowLevelOperationInfo info) {
    return () -> new RowLevelReplace(target(), info);
  }

  /** Such as {@code packice sales (version 3, 60000 rows, 2 parts)}. */
  @Override
  public String toString() {
    return "packice " + description;
  }
}
