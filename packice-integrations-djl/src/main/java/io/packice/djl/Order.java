package io.packice.djl;

import java.util.function.ToDoubleFunction;

/**
 * In which order epochs visit the rows of a dataset. Every order follows from the dataset's rows, its seed and the epoch's number alone, on every
 * machine. Immutable; safe from any thread if a function that was given is.
 */
public final class Order {
  private static final String SEQUENTIAL = "sequential";

  /** What the order needs to know of the rows, once. */
  interface Planner {
    RowOrder.Plan plan(RowSet rows, OpenTable table);
  }

  private final String description;
  private final Planner planner;
  private final boolean repeating;

  private Order(String description, Planner planner) {
    this(description, planner, false);
  }

  private Order(String description, Planner planner, boolean repeating) {
    this.repeating = repeating;
    this.description = description;
    this.planner = planner;
  }

  /**
   * The rows as they are stored. The only order, besides {@link #blocks}, whose batches can be views.
   *
   * @return the order
   */
  public static Order sequential() {
    return new Order(SEQUENTIAL, (rows, _) -> (_, _) -> new RowOrder.Sequential(rows.count()));
  }

  /**
   * Every row once, anywhere. Nothing is kept for it, however many rows there are.
   *
   * @return the order
   */
  public static Order shuffled() {
    return new Order("shuffled", (rows, _) -> (seed, epoch) -> RowOrder.Shuffled.of(rows.count(), seed, epoch));
  }

  /**
   * Runs of neighbouring rows, the runs shuffled, the rows of each as they are stored: memory is read nearly in sequence. With runs of the batch
   * size, or a multiple of it, batches can be views.
   *
   * @param rows the length of a run, at least 1
   * @return the order
   * @throws IllegalArgumentException if it is not positive
   */
  public static Order blocks(int rows) {
    if (rows < 1) {
      throw new IllegalArgumentException("Cannot shuffle blocks of " + rows + " rows; give at least 1");
    }
    return new Order("blocks of " + rows,
        (all, _) -> (seed, epoch) -> RowOrder.Blocks.of(all.count(), rows, seed, epoch));
  }

  /**
   * Rows drawn by the weight that a column has for each, with replacement, as many as there are rows. 8 bytes for each row are kept.
   *
   * @param column a column of numbers from 0 on; its name
   * @return the order
   */
  public static Order weighted(String column) {
    return weighted("column " + column, row -> row.real(column));
  }

  /**
   * Rows drawn by a weight, with replacement, as many as there are rows. 8 bytes for each row are kept.
   *
   * @param weight gives a number from 0 on for each row, and is called once for each. A token does not know it: resume with the same function
   * @return the order
   */
  public static Order weighted(ToDoubleFunction<Row> weight) {
    return weighted("function", weight);
  }

  private static Order weighted(String description, ToDoubleFunction<Row> weight) {
    return new Order("weighted by " + description, (rows, table) -> {
      TableRow row = new TableRow(table);
      return WeightedRows.of(rows, index -> weight.applyAsDouble(row.at(index)));
    }, true);
  }

  /**
   * Every row once, shuffled so that each stretch of the epoch, and so each batch, has the values of a column in the proportions of the whole. 8
   * bytes for each row are kept.
   *
   * @param column such as the label; its name
   * @return the order
   */
  public static Order stratified(String column) {
    return new Order("stratified by " + column, (rows, table) -> {
      TableRow row = new TableRow(table);
      return StratifiedRows.of(rows, index -> row.at(index).key(column));
    });
  }

  RowOrder.Plan plan(RowSet rows, OpenTable table) {
    return planner.plan(rows, table);
  }

  /** Whether rows come as they are stored. */
  boolean isSequential() {
    return description.equals(SEQUENTIAL);
  }

  /** Whether a row may come twice in an epoch. */
  boolean repeatsRows() {
    return repeating;
  }

  /** Such as {@code blocks of 256}. */
  @Override
  public String toString() {
    return description;
  }
}
