package io.packice.djl;

import io.packice.PackiceClient;
import java.util.List;
import java.util.concurrent.Executor;

/**
 * What a dataset was told to do.
 *
 * @param client the connection
 * @param table the table's name
 * @param features the columns that the model gets
 * @param labels the columns that the loss gets
 * @param sizes how rows are cut into batches
 * @param order in which order rows come
 * @param seed what orders follow from
 * @param writing whether batches may be changed
 * @param prefetch how many batches are loaded ahead
 * @param loaders who loads them, unless the caller of {@code getData} brings somebody
 * @param batchifiers what splits batches
 */
record DatasetSettings(PackiceClient client, String table, List<Column> features, List<Column> labels, BatchSizes sizes,
    Order order, long seed, Writing writing, int prefetch, Executor loaders, Batchifiers batchifiers) {
  /** Whether batches may be changed in place. */
  enum Writing {
    NEVER, COPY_ON_WRITE
  }

  DatasetSettings with(Order newOrder) {
    return new DatasetSettings(client, table, features, labels, sizes, newOrder, seed, writing, prefetch, loaders,
        batchifiers);
  }

  DatasetSettings with(String newTable, List<Column> newFeatures, List<Column> newLabels) {
    return new DatasetSettings(client, newTable, newFeatures, newLabels, sizes, order, seed, writing, prefetch, loaders,
        batchifiers);
  }

  DatasetSettings {
    features = List.copyOf(features);
    labels = List.copyOf(labels);
  }
}
