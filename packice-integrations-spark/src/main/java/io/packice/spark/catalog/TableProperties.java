package io.packice.spark.catalog;

import io.packice.arrow.manifest.TableDescription;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.apache.spark.sql.connector.catalog.TableCatalog;

/** The properties that Spark sees of a table: those that its owner gave, and what the manifest says anyway. */
public final class TableProperties {
  /** What a table says of itself begins so, and is not set by hand, but for the history. */
  private static final String OWN = "packice.";

  /** How many earlier versions stay: as {@code TBLPROPERTIES}, too. */
  public static final String HISTORY = OWN + "history";

  /** What streams have written last is kept by the table itself. */
  private static final String STREAMING = OWN + "streaming.";

  /** What DESCRIBE says of a table, and SHOW CREATE TABLE prints: for a new table it has no meaning. */
  private static final Set<String> SAID = Set.of(OWN + "version", OWN + "rows", OWN + "bytes", OWN + "parts");

  /** What STORED AS and ROW FORMAT become. */
  private static final String HIVE = "hive.";

  private static final String PROVIDER = "packice";

  /** Said by Spark for each table, and without meaning here. */
  private static final Set<String> WITHOUT_MEANING =
      Set.of(TableCatalog.PROP_PROVIDER, TableCatalog.PROP_IS_MANAGED_LOCATION, TableCatalog.PROP_EXTERNAL,
          TableCatalog.PROP_TABLE_TYPE);

  private TableProperties() {
  }

  /**
   * What DESCRIBE shows.
   *
   * @param table the table
   * @return names and values
   */
  public static Map<String, String> of(TableDescription table) {
    Map<String, String> properties = new LinkedHashMap<>(table.properties());
    properties.put(OWN + "version", Long.toString(table.version()));
    properties.put(OWN + "rows", Long.toString(table.rowCount()));
    properties.put(OWN + "bytes", Long.toString(table.byteSize()));
    properties.put(OWN + "parts", Integer.toString(table.parts().size()));
    properties.put(HISTORY, Integer.toString(table.history()));
    return properties;
  }

  /**
   * A table with the properties that it is created with.
   *
   * @param table the table
   * @param given by Spark
   * @return a changed copy
   * @throws IllegalArgumentException if one is not for users to set
   */
  public static TableDescription with(TableDescription table, Map<String, String> given) {
    TableDescription next = table;
    for (Map.Entry<String, String> property : given.entrySet()) {
      String name = property.getKey();
      if (!WITHOUT_MEANING.contains(name) && !SAID.contains(name) && !name.startsWith(STREAMING)) {
        next = set(next, name, property.getValue());
      }
    }
    return next;
  }

  /**
   * Looks that a table that is created is to be one of ours.
   *
   * @param table its name
   * @param given the properties that Spark gives
   * @throws IllegalArgumentException if another format is asked for
   */
  public static void requireOurs(String table, Map<String, String> given) {
    String provider = given.get(TableCatalog.PROP_PROVIDER);
    String hive = given.keySet().stream().filter(name -> name.startsWith(HIVE)).sorted().findFirst().orElse(null);
    if (provider != null && !provider.equalsIgnoreCase(PROVIDER)) {
      throw new IllegalArgumentException("Cannot create table " + table + " USING " + provider
          + ": tables of this catalog are " + PROVIDER + "'s; say USING " + PROVIDER
          + ", or leave it out; of a save, say format(\"" + PROVIDER + "\")");
    }
    if (hive != null) {
      throw new IllegalArgumentException("Cannot create table " + table + " with " + hive + "=" + given.get(hive)
          + ": tables of this catalog are stored as " + PROVIDER + " stores them; leave STORED AS and ROW FORMAT out");
    }
  }

  /**
   * A table with one more property.
   *
   * @param table the table
   * @param name the property
   * @param value its value
   * @return a changed copy
   * @throws IllegalArgumentException if it is not for users to set
   */
  public static TableDescription set(TableDescription table, String name, String value) {
    if (name.equals(HISTORY)) {
      try {
        return table.withHistory(Integer.parseInt(value.strip()));
      } catch (NumberFormatException e) {
        throw new IllegalArgumentException("Cannot set " + HISTORY + "=" + value + ": give a number of versions", e);
      }
    }
    if (name.equals(TableCatalog.PROP_LOCATION)) {
      throw new IllegalArgumentException("Cannot put table " + table.name() + " at location " + value
          + ": it lies in the memory of its peer; leave the location out");
    }
    requireFree(name);
    Map<String, String> properties = new HashMap<>(table.properties());
    properties.put(name, value);
    return table.withProperties(properties);
  }

  /**
   * A table with one property less.
   *
   * @param table the table
   * @param name the property, which may be absent
   * @return a changed copy
   * @throws IllegalArgumentException if it is not for users to set
   */
  public static TableDescription remove(TableDescription table, String name) {
    if (name.equals(HISTORY)) {
      return table.withHistory(0);
    }
    if (!name.startsWith(STREAMING)) {
      requireFree(name);
    }
    Map<String, String> properties = new HashMap<>(table.properties());
    properties.remove(name);
    return table.withProperties(properties);
  }

  private static void requireFree(String name) {
    if (name.startsWith(OWN)) {
      throw new IllegalArgumentException("Cannot set " + name + ": what begins with " + OWN
          + " the table says of itself, only " + HISTORY + " can be set; choose another name");
    }
  }
}
