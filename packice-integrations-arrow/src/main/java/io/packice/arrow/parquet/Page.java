package io.packice.arrow.parquet;

/** A data page on its way of being read. */
final class Page {
  private final IntDecoder repetitions;
  private final IntDecoder definitions;
  private final ValueDecoder values;
  private int left;

  Page(int entries, IntDecoder repetitions, IntDecoder definitions, ValueDecoder values) {
    this.left = entries;
    this.repetitions = repetitions;
    this.definitions = definitions;
    this.values = values;
  }

  /** Entries whose levels were not read yet. */
  int left() {
    return left;
  }

  void readLevels(int[] repetition, int[] definition, int count) {
    repetitions.read(repetition, 0, count);
    definitions.read(definition, 0, count);
    left -= count;
  }

  ValueDecoder values() {
    return values;
  }
}
