package io.packice.arrow;

import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/**
 * What of a table is read, and how. Start with {@link #all} and refine by the {@code with…} methods, each of which returns a changed copy.
 * Immutable, safe from any thread.
 *
 * @param columns the top-level columns to read, in the order in which they are wanted; null for all. The memory of others is never touched
 * @param check what is checked before vectors are handed out
 * @param dictionaries what becomes of dictionary-encoded columns
 */
public record ScanOptions(@Nullable List<String> columns, Check check, Dictionaries dictionaries) {
  private static final ScanOptions ALL = new ScanOptions(null, Check.OFFSETS, Dictionaries.ENCODED);

  /** What is checked before vectors are handed out. The structure of a part is checked in any case, when its table is opened. */
  public enum Check {
    /**
     * Offsets that values keep in their buffers, and indices into dictionaries, once for each column and batch of an open table: damage is an
     * exception then.
     */
    OFFSETS,
    /** Nothing: for tables whose writers are trusted. Where an offset leads out of its buffer, reading is a fault that ends the process. */
    NONE
  }

  /** What becomes of dictionary-encoded columns, at whatever depth. */
  public enum Dictionaries {
    /** They are vectors of indices in place; {@link ArrowTable#dictionaries} has what they stand for. */
    ENCODED,
    /** They are vectors of values, copied for each batch. Indices are checked in any case. */
    DECODED
  }

  /**
   * Checks the options.
   *
   * @throws IllegalArgumentException if a column stands twice
   */
  public ScanOptions {
    Objects.requireNonNull(check, "check");
    Objects.requireNonNull(dictionaries, "dictionaries");
    if (columns != null) {
      columns = List.copyOf(columns);
      if (new HashSet<>(columns).size() < columns.size()) {
        throw new IllegalArgumentException("Cannot read columns " + columns + ": one stands there twice");
      }
    }
  }

  /**
   * All columns, offsets and indices checked, dictionary-encoded ones as indices.
   *
   * @return the options
   */
  public static ScanOptions all() {
    return ALL;
  }

  /**
   * With some columns only.
   *
   * @param names the columns, in the order in which they are wanted; may be none
   * @return a changed copy
   * @throws IllegalArgumentException if one stands twice
   */
  public ScanOptions withColumns(String... names) {
    return new ScanOptions(List.of(names), check, dictionaries);
  }

  /**
   * With other checks.
   *
   * @param newCheck what to check
   * @return a changed copy
   */
  public ScanOptions withCheck(Check newCheck) {
    return new ScanOptions(columns, newCheck, dictionaries);
  }

  /**
   * With dictionary-encoded columns in another form.
   *
   * @param newDictionaries which
   * @return a changed copy
   */
  public ScanOptions withDictionaries(Dictionaries newDictionaries) {
    return new ScanOptions(columns, check, newDictionaries);
  }

  /** Which fields of a schema are read, by their places in it. */
  int[] select(String table, Schema schema) {
    List<String> names = schema.getFields().stream().map(Field::getName).toList();
    if (columns == null) {
      return IntStream.range(0, names.size()).toArray();
    }
    return columns.stream().mapToInt(column -> {
      int index = names.indexOf(column);
      if (index != names.lastIndexOf(column)) {
        throw new IllegalArgumentException("Cannot read column " + column + " of table " + table
            + ": it has several columns of that name; read all columns, or write it anew with other names");
      }
      if (index < 0) {
        throw new IllegalArgumentException(
            "Cannot read column " + column + " of table " + table + ": it has only " + names);
      }
      return index;
    }).toArray();
  }
}
