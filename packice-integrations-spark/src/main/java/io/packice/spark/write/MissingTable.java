package io.packice.spark.write;

import io.packice.arrow.manifest.TableDescription;
import io.packice.core.NotFoundException;
import io.packice.spark.peers.PeerAddress;
import io.packice.spark.types.SchemaMapping;
import java.util.AbstractSet;
import java.util.Iterator;
import java.util.Set;
import org.apache.spark.sql.connector.catalog.SupportsRead;
import org.apache.spark.sql.connector.catalog.SupportsWrite;
import org.apache.spark.sql.connector.catalog.TableCapability;
import org.apache.spark.sql.connector.expressions.Transform;
import org.apache.spark.sql.connector.read.ScanBuilder;
import org.apache.spark.sql.connector.write.LogicalWriteInfo;
import org.apache.spark.sql.connector.write.WriteBuilder;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.util.CaseInsensitiveStringMap;

/**
 * A table that {@code save} names and that does not exist: writing makes it, reading fails. Spark asks for the table before it says what for.
 *
 * @param peer where it is not
 * @param table its name
 */
public record MissingTable(PeerAddress peer, String table) implements SupportsRead, SupportsWrite {
  private static final Set<TableCapability> WRITES = Set.of(TableCapability.BATCH_WRITE, TableCapability.TRUNCATE,
      TableCapability.STREAMING_WRITE, TableCapability.ACCEPT_ANY_SCHEMA);

  @Override
  public String name() {
    return table;
  }

  @Override
  @SuppressWarnings("deprecation") // what columns() is made of by default
  public StructType schema() {
    return new StructType();
  }

  private NotFoundException missing() {
    return new NotFoundException("Cannot read table " + table + " from " + peer.here()
        + ": no such table; look at SHOW TABLES, or write it first");
  }

  /** Spark asks for it where a save says {@code partitionBy}, which it does not hand on to who makes the table. */
  @Override
  public Transform[] partitioning() {
    throw new NotFoundException("Cannot save table " + table + " with partitionBy to " + peer.here()
        + ": no such table, and Spark does not say how to partition one that is made by modes append and overwrite; "
        + "save with mode errorifexists or ignore, or make it by CREATE TABLE or writeTo(…).partitionedBy(…).create()");
  }

  /** Whoever asks whether this can be read is told that it does not exist: a plan over it would fail with something about columns. */
  @Override
  public Set<TableCapability> capabilities() {
    return new AbstractSet<>() {
      @Override
      public Iterator<TableCapability> iterator() {
        return WRITES.iterator();
      }

      @Override
      public int size() {
        return WRITES.size();
      }

      @Override
      public boolean contains(Object capability) {
        if (capability == TableCapability.BATCH_READ || capability == TableCapability.MICRO_BATCH_READ) {
          throw missing();
        }
        return WRITES.contains(capability);
      }
    };
  }

  @Override
  public ScanBuilder newScanBuilder(CaseInsensitiveStringMap options) {
    throw missing();
  }

  @Override
  public WriteBuilder newWriteBuilder(LogicalWriteInfo info) {
    StructType schema = info.schema().asNullable();
    TableDescription planned = TableDescription.of(table, SchemaMapping.toArrow(schema));
    return new PackiceWriteBuilder(new WriteTarget(peer, planned, schema), info);
  }
}
