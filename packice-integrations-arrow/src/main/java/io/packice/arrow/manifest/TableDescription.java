package io.packice.arrow.manifest;

import io.packice.arrow.schema.Counts;
import io.packice.arrow.schema.Damage;
import io.packice.arrow.schema.EncodedSchema;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * What one version of a table consists of. It holds no lease, as {@code LeasedTable} does: for planning, possibly in another process than the one that reads.
 * {@code ArrowTables.describe} makes one. Immutable, safe from any thread.
 */
public final class TableDescription {
  private final String name;
  private final Manifest manifest;
  private final long asOf;

  /**
   * What a manifest says of a table.
   *
   * @param name the table's
   * @param manifest what it says
   * @param asOf when it was read, as the peer counts; 0 if it was not
   */
  public TableDescription(String name, Manifest manifest, long asOf) {
    this.name = name;
    this.manifest = manifest;
    this.asOf = asOf;
  }

  /**
   * What it was made of.
   *
   * @return the manifest
   */
  public Manifest manifest() {
    return manifest;
  }

  /**
   * The table's name.
   *
   * @return its name
   */
  public String name() {
    return name;
  }

  /**
   * When the manifest was read, as its lease says ({@link io.packice.core.Lease#asOf}): the parts are opened as of then. They are there as long as somebody
   * holds a lease of that time on the table, such as a {@code LeasedTable}, or nobody has replaced or dropped it.
   *
   * @return the number; 0 if the description was made rather than read, and its parts are opened as they are
   */
  public long asOf() {
    return asOf;
  }

  /**
   * Which version this is.
   *
   * @return from 1
   */
  public long version() {
    return manifest.version();
  }

  /**
   * How many earlier versions stay readable.
   *
   * @return 0 for none
   */
  public int history() {
    return manifest.history();
  }

  /**
   * The columns as vectors have them: a dictionary-encoded one has the type of its indices.
   *
   * @return the schema, with the custom metadata that its writer gave
   */
  public Schema schema() {
    return manifest.schema().vectors();
  }

  /**
   * The columns as their values are: a dictionary-encoded one has the type of its values, and no encoding.
   *
   * @return the schema, with the custom metadata that its writer gave
   */
  public Schema plainSchema() {
    return manifest.schema().plain();
  }

  /**
   * The parts in the order of their rows.
   *
   * @return none if the table has no rows
   */
  public List<TablePart> parts() {
    return manifest.parts().stream().map(part -> new TablePart(part.id(), part.rowCount(), part.byteSize(),
        part.batchCount(), manifest.statistics(part), part.partition(), part.schema())).toList();
  }

  /**
   * What the table's owner says of it.
   *
   * @return in the order of the names
   */
  public SortedMap<String, String> properties() {
    return manifest.properties();
  }

  /**
   * How the rows are divided among the parts.
   *
   * @return none if they are not; each {@link TablePart#partition} has a value for each field
   */
  public List<PartitionField> partitioning() {
    return manifest.partitioning();
  }

  /**
   * The rows of all parts.
   *
   * @return how many
   */
  public long rowCount() {
    return manifest.rowCount();
  }

  /**
   * The bytes of all parts.
   *
   * @return how many
   */
  public long byteSize() {
    return manifest.byteSize();
  }

  /**
   * Stands for this version, like {@code ArrowTable.fingerprint}.
   *
   * @return a few letters and digits, the same in every process
   */
  public String fingerprint() {
    return manifest.fingerprint();
  }

  /**
   * A table that does not exist yet, for {@code TableChange.commit}: without parts, properties, partitioning and history.
   *
   * @param name its name
   * @param schema its columns, none of them dictionary-encoded
   * @return the description; its version follows from the commit
   * @throws IllegalArgumentException if a column is dictionary-encoded or of a type that there is not, or vectors cannot hold it, as of {@code ArrowTables.create}
   */
  public static TableDescription of(String name, Schema schema) {
    try {
      return new TableDescription(name, Manifest.of(EncodedSchema.ofVectors(schema, EncodedSchema.NO_DICTIONARIES)), 0);
    } catch (Damage wrong) {
      throw new IllegalArgumentException("Cannot make table " + name + ": " + wrong.what() + "; "
          + wrong.advice("give its columns plain"), wrong);
    }
  }

  private TableDescription with(Manifest changed) {
    return new TableDescription(name, changed, asOf);
  }

  /**
   * The same table with other parts: some of its own, and such as a {@code TableChange} keeps.
   *
   * @param parts the parts that {@code ArrowTables.open} is to open, or the next version is to have
   * @return a changed copy
   */
  public TableDescription withParts(List<TablePart> parts) {
    Map<String, Manifest.Part> own =
        manifest.parts().stream().collect(Collectors.toMap(Manifest.Part::id, Function.identity()));
    return with(manifest.withParts(parts.stream().map(part -> own.getOrDefault(part.id(), new Manifest.Part(part.id(),
        part.rowCount(), part.byteSize(), part.batchCount(), part.statistics(), part.formerSchema(),
        part.partition()))).toList()));
  }

  /**
   * The same table with other properties.
   *
   * @param properties all of them
   * @return a changed copy
   */
  public TableDescription withProperties(Map<String, String> properties) {
    return with(manifest.withProperties(properties));
  }

  /**
   * The same table with another length of history.
   *
   * @param versions how many earlier versions stay readable, from 0 to {@value Manifest#MAX_HISTORY}
   * @return a changed copy
   * @throws IllegalArgumentException if it is out of range
   */
  public TableDescription withHistory(int versions) {
    Manifest.requireHistory(versions);
    return with(manifest.withHistory(versions));
  }

  /**
   * The same table, partitioned. All parts that it will have need values for all fields, so this is for tables without parts.
   *
   * @param fields how rows are divided
   * @return a changed copy
   * @throws IllegalArgumentException if there is no such column, or the table has parts
   */
  public TableDescription withPartitioning(List<PartitionField> fields) {
    List<String> columns = schema().getFields().stream().map(Field::getName).toList();
    for (PartitionField field : fields) {
      if (!columns.contains(field.column())) {
        throw new IllegalArgumentException(
            "Cannot partition table " + name + " by " + field + ": it has only " + columns);
      }
    }
    if (!manifest.parts().isEmpty()) {
      throw new IllegalArgumentException("Cannot partition table " + name + ": it has "
          + Counts.of(manifest.parts().size(), "part") + " not written so; write it anew");
    }
    return with(manifest.withPartitioning(fields));
  }

  /**
   * The same table with columns added, renamed, dropped, moved, or described otherwise. Its parts stay as they are: new columns are null in them, or what
   * {@link TableColumn#fill} says, and dropped ones keep their bytes until the parts go.
   *
   * @param columns all columns, in their new order
   * @return a changed copy
   * @throws IllegalArgumentException if a column changes its type or loses its nulls, a new one is neither nullable nor filled, a fill does not go with its type, a column that the table is partitioned by is
   *     dropped, or there is no such column
   */
  public TableDescription withColumns(List<TableColumn> columns) {
    List<PartitionField> fields = new ArrayList<>();
    for (PartitionField field : partitioning()) {
      String renamed = columns.stream().filter(column -> field.column().equals(column.source())).findFirst()
          .map(column -> column.field().getName())
          .orElseThrow(() -> new IllegalArgumentException(
              "Cannot change the columns of table " + name + ": it is partitioned by "
                  + field + ", so " + field.column() + " cannot be dropped"));
      fields.add(new PartitionField(field.transform(), renamed, field.parameter()));
    }
    try {
      return with(manifest.withColumns(columns).withPartitioning(fields));
    } catch (IllegalArgumentException impossible) {
      throw new IllegalArgumentException("Cannot change the columns of table " + name + ": " + impossible.getMessage(),
          impossible);
    }
  }

  /**
   * The description as bytes, for another process; in the format of a manifest, with {@link #asOf}.
   *
   * @return what {@link #fromBytes} reads
   */
  public byte[] toBytes() {
    return ManifestJson.write(manifest, asOf);
  }

  /**
   * Reads what {@link #toBytes} gave.
   *
   * @param name the table's name
   * @param bytes the description
   * @return the description
   * @throws TableFormatException if the bytes are damaged, or of a newer Packice
   */
  public static TableDescription fromBytes(String name, byte[] bytes) {
    Manifest manifest = Manifest.parse(name, MemorySegment.ofArray(bytes));
    return new TableDescription(name, manifest, ManifestJson.asOf(bytes));
  }

  /** Such as {@code mnist/train (version 1, 60000 rows, 2 parts)}. */
  @Override
  public String toString() {
    return name + " (version " + version() + ", " + Counts.of(rowCount(), "row") + ", "
        + Counts.of(manifest.parts().size(), "part") + ")";
  }
}
