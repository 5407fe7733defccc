package io.packice.arrow.manifest;

import java.util.Objects;

/**
 * One way in which a table's rows are divided among its parts: all rows of a part have the same value of a function of a column. The column itself
 * is stored in the parts like any other.
 *
 * @param transform the function: {@code identity}, {@code bucket}, {@code truncate}, {@code years}, {@code months}, {@code days} or {@code hours}. What it
 *     means for a type is the writer's affair; a reader that does not know it reads the column
 * @param column the column's name
 * @param parameter how many buckets, or to which width; 0 for functions without one
 */
public record PartitionField(String transform, String column, int parameter) {
  /**
   * Checks the field.
   *
   * @throws IllegalArgumentException if the parameter is negative
   */
  public PartitionField {
    Objects.requireNonNull(transform, "transform");
    Objects.requireNonNull(column, "column");
    if (parameter < 0) {
      throw new IllegalArgumentException(
          "Cannot partition by " + transform + " with " + parameter + "; give more than 0");
    }
  }

  /** Such as {@code bucket(16, id)}, or just the column for {@code identity}. */
  @Override
  public String toString() {
    if (transform.equals("identity")) {
      return column;
    }
    return parameter == 0 ? transform + "(" + column + ")" : transform + "(" + parameter + ", " + column + ")";
  }
}
