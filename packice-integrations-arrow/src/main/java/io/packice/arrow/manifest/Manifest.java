package io.packice.arrow.manifest;

import io.packice.arrow.schema.EncodedSchema;
import io.packice.arrow.statistics.ColumnStatistics;
import io.packice.arrow.statistics.StatisticsCollector;
import io.packice.core.Metadata;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Collectors;
import org.apache.arrow.vector.types.pojo.Field;
import org.jspecify.annotations.Nullable;

/**
 * What a table consists of. {@link ManifestJson} is how it is written.
 *
 * @param version the table's version, from 1
 * @param columns its columns, and those that older parts have
 * @param parts its parts in order
 * @param history how many earlier versions stay
 * @param properties what its owner says of it
 * @param partitioning how its rows are divided among the parts
 */
public record Manifest(long version, TableColumns columns, List<Part> parts, int history,
    SortedMap<String, String> properties,
    List<PartitionField> partitioning) {
  /** The most earlier versions that a table may keep. */
  public static final int MAX_HISTORY = 10_000;

  private static final String FORMAT = "packice.format";
  private static final String TABLE = "table";
  private static final String TABLE_VERSION = "table-version";
  private static final String TABLE_PART = "table-part";

  /** What a manifest object says about itself. */
  public static final Metadata TABLE_META = Metadata.of(Map.of(FORMAT, TABLE));
  /** What the manifest of an earlier version says about itself. */
  public static final Metadata VERSION_META = Metadata.of(Map.of(FORMAT, TABLE_VERSION));
  /** What a part object says about itself. */
  public static final Metadata PART_META = Metadata.of(Map.of(FORMAT, TABLE_PART));

  /**
   * One part object.
   *
   * @param id the object's id
   * @param rowCount its rows
   * @param byteSize its length in bytes
   * @param batchCount its record batches
   * @param statistics one entry for each column of the part's schema
   * @param schema which of the {@linkplain TableColumns#former former} schemas it was written in, or {@link TableColumns#CURRENT}
   * @param partition the values of the table's partitioning
   */
  public record Part(String id, long rowCount, long byteSize, int batchCount, List<ColumnStatistics> statistics,
      int schema,
      List<@Nullable Object> partition) {
    /** Copies the lists. */
    public Part {
      statistics = List.copyOf(statistics);
      partition = Collections.unmodifiableList(new ArrayList<>(partition));
    }

    /**
     * The same bytes as another object.
     *
     * @param otherId the other's id
     * @return a changed copy
     */
    public Part named(String otherId) {
      return new Part(otherId, rowCount, byteSize, batchCount, statistics, schema, partition);
    }

    private Part in(int otherSchema) {
      return new Part(id, rowCount, byteSize, batchCount, statistics, otherSchema, partition);
    }
  }

  /** Copies the collections. */
  public Manifest {
    parts = List.copyOf(parts);
    properties = Collections.unmodifiableSortedMap(new TreeMap<>(properties));
    partitioning = List.copyOf(partitioning);
  }

  /**
   * Refuses a number of earlier versions that no table may keep.
   *
   * @param versions how many
   * @throws IllegalArgumentException if it is out of range
   */
  public static void requireHistory(int versions) {
    if (versions < 0 || versions > MAX_HISTORY) {
      throw new IllegalArgumentException("Cannot keep " + versions + " earlier versions; give 0 to " + MAX_HISTORY);
    }
  }

  /**
   * A table without anything special, before its first version.
   *
   * @param schema its columns
   * @return the manifest, of version 0
   */
  public static Manifest of(EncodedSchema schema) {
    return new Manifest(0, TableColumns.of(schema), List.of(), 0, Collections.emptySortedMap(), List.of());
  }

  /**
   * Reads a manifest.
   *
   * @param name the table's
   * @param bytes its JSON
   * @return what it says
   * @throws TableFormatException if it is too new or damaged
   */
  public static Manifest parse(String name, MemorySegment bytes) {
    return ManifestJson.parse(name, bytes);
  }

  /**
   * The manifest as it is stored.
   *
   * @return its JSON
   */
  public byte[] toJson() {
    return ManifestJson.write(this);
  }

  /**
   * Whether an object is the manifest of a table's current version.
   *
   * @param meta what the object says of itself
   * @return whether it says so
   */
  public static boolean isTable(Metadata meta) {
    return TABLE.equals(meta.text(FORMAT));
  }

  /**
   * Whether an object is the manifest of an earlier version.
   *
   * @param meta what the object says of itself
   * @return whether it says so
   */
  public static boolean isVersion(Metadata meta) {
    return TABLE_VERSION.equals(meta.text(FORMAT));
  }

  /**
   * Whether an object is a part.
   *
   * @param meta what the object says of itself
   * @return whether it says so
   */
  public static boolean isPart(Metadata meta) {
    return TABLE_PART.equals(meta.text(FORMAT));
  }

  /**
   * As another version.
   *
   * @param newVersion from 1
   * @return a changed copy
   */
  public Manifest withVersion(long newVersion) {
    return new Manifest(newVersion, columns, parts, history, properties, partitioning);
  }

  /**
   * With another number of earlier versions that stay.
   *
   * @param newHistory how many
   * @return a changed copy
   */
  public Manifest withHistory(int newHistory) {
    return new Manifest(version, columns, parts, newHistory, properties, partitioning);
  }

  Manifest withProperties(Map<String, String> newProperties) {
    return new Manifest(version, columns, parts, history, new TreeMap<>(newProperties), partitioning);
  }

  Manifest withPartitioning(List<PartitionField> newPartitioning) {
    return new Manifest(version, columns, parts, history, properties, newPartitioning);
  }

  /**
   * With other parts.
   *
   * @param newParts in order
   * @return a changed copy
   */
  public Manifest withParts(Collection<Part> newParts) {
    return new Manifest(version, columns, List.copyOf(newParts), history, properties, partitioning);
  }

  /**
   * Without the former schemas that no part has any more.
   *
   * @return a changed copy
   */
  public Manifest pruned() {
    List<Integer> used = parts.stream().map(Part::schema).filter(schema -> schema != TableColumns.CURRENT).distinct()
        .sorted().toList();
    TableColumns some = columns.withFormer(used.stream().map(columns.former()::get).toList());
    return new Manifest(version, some, parts.stream()
        .map(part -> part.schema == TableColumns.CURRENT ? part : part.in(used.indexOf(part.schema))).toList(),
        history, properties, partitioning);
  }

  /** With changed columns; the parts stay as they are. */
  Manifest withColumns(List<TableColumn> newColumns) {
    TableColumns changed = columns.changed(newColumns);
    int last = changed.former().size() - 1;
    return new Manifest(version, changed,
        parts.stream().map(part -> part.schema == TableColumns.CURRENT ? part.in(last) : part).toList(), history,
        properties, partitioning);
  }

  /**
   * What the table's columns are now.
   *
   * @return the schema
   */
  public EncodedSchema schema() {
    return columns.schema();
  }

  /**
   * The schema that a part was written in.
   *
   * @param part one of the parts
   * @return its schema
   */
  public EncodedSchema schema(Part part) {
    return columns.of(part.schema).schema();
  }

  /**
   * What is known of the table's columns in a part.
   *
   * @param part one of the parts
   * @return one entry for each of the table's columns
   */
  public List<ColumnStatistics> statistics(Part part) {
    List<Integer> places = columns.places(part.schema);
    List<@Nullable ColumnFill> fills = columns.fillsInOrder();
    List<Field> fields = columns.schema().vectors().getFields();
    List<ColumnStatistics> all = new ArrayList<>();
    for (int i = 0; i < places.size(); i++) {
      ColumnFill fill = fills.get(i);
      if (places.get(i) >= 0) {
        all.add(part.statistics.get(places.get(i)));
      } else if (fill == null) {
        all.add(StatisticsCollector.ofNulls(fields.get(i), part.rowCount));
      } else {
        all.add(fill.statistics(part.rowCount));
      }
    }
    return all;
  }

  /**
   * The rows of all parts.
   *
   * @return how many
   */
  public long rowCount() {
    return parts.stream().mapToLong(Part::rowCount).sum();
  }

  /**
   * The length of all parts.
   *
   * @return bytes
   */
  public long byteSize() {
    return parts.stream().mapToLong(Part::byteSize).sum();
  }

  private int columnCount() {
    return schema().messages().getFields().size();
  }

  /**
   * Follows from the parts' ids, which are unique: each writer chooses its own.
   *
   * @return what no other version has
   */
  public String fingerprint() {
    UUID unique = UUID.nameUUIDFromBytes(parts.stream().map(Part::id).collect(Collectors.joining("\n"))
        .getBytes(StandardCharsets.UTF_8));
    return version + "-" + unique;
  }

  /**
   * What a listing shows.
   *
   * @param name the table's
   * @return it in numbers
   */
  public TableSummary summary(String name) {
    return new TableSummary(name, version, columnCount(), rowCount(), parts.size(), byteSize());
  }
}
