package io.packice.spark;

import java.util.AbstractSet;
import java.util.Collections;
import java.util.Iterator;
import java.util.Set;
import org.apache.spark.sql.connector.catalog.Table;
import org.apache.spark.sql.connector.catalog.TableCapability;
import org.apache.spark.sql.types.StructType;

/**
 * A table that Spark's own catalog was told the path of, which it made a file's, so that the name is lost. It can be dropped, and whoever wants anything else of it
 * is told what to say instead.
 *
 * @param name the file
 */
record PathTable(String name) implements Table {
  @Override
  @SuppressWarnings("deprecation") // what columns() is made of by default
  public StructType schema() {
    return new StructType();
  }

  @Override
  public Set<TableCapability> capabilities() {
    return new AbstractSet<>() {
      @Override
      public Iterator<TableCapability> iterator() {
        return Collections.emptyIterator();
      }

      @Override
      public int size() {
        return 0;
      }

      @Override
      public boolean contains(Object capability) {
        throw new IllegalArgumentException("Cannot use " + name
            + " as a table: a table of format packice has a name and no path; drop this one, and say OPTIONS (table 'ns.table'), "
            + "or use a catalog of packice's");
      }
    };
  }
}
