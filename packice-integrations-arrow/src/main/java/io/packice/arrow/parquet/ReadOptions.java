package io.packice.arrow.parquet;

import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What to read of Parquet files, and how. Start with {@link #defaults} and refine by the {@code with…} methods, each of which returns a changed
 * copy.
 *
 * @param columns the names of the columns wanted, in the order wanted; nothing of the others is read. Empty: all of them
 * @param filter which rows are wanted; null: all of them. Row groups whose statistics say that they have no such row are not read
 * @param batchRows the most rows of one batch, at least 1; fewer are taken where rows are large
 * @param checksums whether to verify the checksums of pages that have one
 */
public record ReadOptions(List<String> columns, @Nullable RowFilter filter, int batchRows, Checksums checksums) {
  /** The default of {@link #batchRows}. */
  public static final int DEFAULT_BATCH_ROWS = 1 << 16;

  /** What to do about the checksums of pages. */
  public enum Checksums {
    /** Compare them; a page that differs is damage. */
    VERIFY,
    /** Do not look at them. */
    IGNORE
  }

  /**
   * Checks the options.
   *
   * @throws IllegalArgumentException if {@code batchRows} is not positive, or a column is named twice
   */
  public ReadOptions {
    columns = List.copyOf(columns);
    Objects.requireNonNull(checksums, "checksums");
    if (batchRows < 1) {
      throw new IllegalArgumentException("Cannot read batches of " + batchRows + " rows; give 1 or more");
    }
    if (columns.stream().distinct().count() != columns.size()) {
      throw new IllegalArgumentException("Cannot read the columns " + columns + ": one is named twice");
    }
  }

  /**
   * Everything, in batches of at most {@link #DEFAULT_BATCH_ROWS}, checksums ignored.
   *
   * @return the options
   */
  public static ReadOptions defaults() {
    return new ReadOptions(List.of(), null, DEFAULT_BATCH_ROWS, Checksums.IGNORE);
  }

  /**
   * With some columns only.
   *
   * @param newColumns their names; empty for all
   * @return a changed copy
   * @throws IllegalArgumentException if one is named twice
   */
  public ReadOptions withColumns(List<String> newColumns) {
    return new ReadOptions(newColumns, filter, batchRows, checksums);
  }

  /**
   * With some rows only.
   *
   * @param newFilter which
   * @return a changed copy
   */
  public ReadOptions withFilter(RowFilter newFilter) {
    return new ReadOptions(columns, newFilter, batchRows, checksums);
  }

  /**
   * With another limit of a batch.
   *
   * @param newBatchRows rows, 1 or more
   * @return a changed copy
   * @throws IllegalArgumentException if it is not positive
   */
  public ReadOptions withBatchRows(int newBatchRows) {
    return new ReadOptions(columns, filter, newBatchRows, checksums);
  }

  /**
   * With another answer to checksums.
   *
   * @param newChecksums what to do about them
   * @return a changed copy
   */
  public ReadOptions withChecksums(Checksums newChecksums) {
    return new ReadOptions(columns, filter, batchRows, newChecksums);
  }
}
