package io.packice.arrow;

import java.lang.foreign.MemorySegment;
import java.util.List;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * What one version of a table consists of. It holds no lease: for planning, possibly in another process than the one that reads.
 * {@link ArrowTables#describe(String)} makes one. Immutable, safe from any thread.
 */
public final class TableDescription {
  private final String name;
  private final Manifest manifest;

  TableDescription(String name, Manifest manifest) {
    this.name = name;
    this.manifest = manifest;
  }

  Manifest manifest() {
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
    return manifest.parts().stream()
        .map(part -> new TablePart(part.id(), part.rowCount(), part.byteSize(), part.batchCount(), part.statistics()))
        .toList();
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
   * Stands for this version, like {@link ArrowTable#fingerprint}.
   *
   * @return a few letters and digits, the same in every process
   */
  public String fingerprint() {
    return manifest.fingerprint();
  }

  /**
   * The same table with other parts, such as some of its own.
   *
   * @param parts the parts that {@link ArrowTables#open(TableDescription)} is to open
   * @return a changed copy
   */
  public TableDescription withParts(List<TablePart> parts) {
    return new TableDescription(name, new Manifest(manifest.version(), manifest.schema(), parts.stream()
        .map(part -> new Manifest.Part(part.id(), part.rowCount(), part.byteSize(), part.batchCount(),
            part.statistics()))
        .toList(), manifest.history()));
  }

  /**
   * The description as bytes, for another process; in the format of a manifest.
   *
   * @return what {@link #fromBytes} reads
   */
  public byte[] toBytes() {
    return manifest.toJson();
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
    return new TableDescription(name, Manifest.parse(name, MemorySegment.ofArray(bytes)));
  }

  /** Such as {@code mnist/train (version 1, 60000 rows, 2 parts)}. */
  @Override
  public String toString() {
    return name + " (version " + version() + ", " + rowCount() + " rows, " + manifest.parts().size() + " parts)";
  }
}
