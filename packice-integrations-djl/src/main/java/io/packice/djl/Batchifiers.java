package io.packice.djl;

import ai.djl.translate.Batchifier;

/**
 * What splits batches between devices.
 *
 * @param data for the data
 * @param labels for the labels
 */
record Batchifiers(Batchifier data, Batchifier labels) {
  static final Batchifiers ROWS = new Batchifiers(RowBatchifier.INSTANCE, RowBatchifier.INSTANCE);
}
