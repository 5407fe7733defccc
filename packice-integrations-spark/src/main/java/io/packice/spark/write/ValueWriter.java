package io.packice.spark.write;

import org.apache.spark.sql.catalyst.expressions.SpecializedGetters;

/**
 * Appends values of one column, or of what is inside of it, to a vector. Values are copied at once, since Spark reuses its rows. For one thread.
 */
abstract class ValueWriter {
  /** How many values there are. */
  int count;

  /** Appends a value of a row, or of an array. */
  final void write(SpecializedGetters from, int at) {
    if (from.isNullAt(at)) {
      appendNull();
    } else {
      append(from, at);
    }
    count++;
  }

  final void writeNull() {
    appendNull();
    count++;
  }

  /** Stores a value at {@link #count}. */
  abstract void append(SpecializedGetters from, int at);

  abstract void appendNull();

  /** About how many bytes the values take. */
  abstract long bytes();

  /** The most bytes that are behind one offset buffer of 32 bits. */
  long offsetBytes() {
    return 0;
  }

  /** Makes the vector readable, after what is inside of it. */
  abstract void finish();

  /** Forgets all values; the vector has been reset, and its memory stays. */
  void reset() {
    count = 0;
  }
}
