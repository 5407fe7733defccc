package io.packice.djl;

import io.packice.arrow.ArrowTables;
import io.packice.djl.BatchLoader.Views;
import io.packice.djl.tensor.Share;
import java.lang.foreign.Arena;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A dataset whose table is open: its rows and the orders of its epochs. Datasets that came of it by filtering and the like share the table and the
 * buffers.
 */
final class OpenDataset implements AutoCloseable {
  private final DatasetSettings settings;
  private final OpenTable table;
  private final BatchLoader loader;
  private final Share share;
  private final RowSet rows;
  private final Shard shard;
  private RowOrder.@Nullable Plan plan; // guarded by this

  /** Which stretch of each epoch. */
  record Shard(int index, int count) {
    static final Shard WHOLE = new Shard(0, 1);

    Shard of(int innerIndex, int innerCount) {
      return new Shard(Math.multiplyExact(index, innerCount) + innerIndex, Math.multiplyExact(count, innerCount));
    }

    /** Where it begins, of so many rows: {@code all * index / count}, without the overflow. */
    private long start(long all) {
      return all / count * index + all % count * index / count;
    }

    long rowCount(long all) {
      return new Shard(index + 1, count).start(all) - start(all);
    }

    RowOrder of(RowOrder all) {
      long rows = all.rowCount();
      return count == 1 ? all : new RowOrder.Dealt(all, start(rows), rowCount(rows));
    }
  }

  /** {@code share} is this one's from now on. */
  private OpenDataset(DatasetSettings settings, OpenTable table, BatchLoader loader, Share share, RowSet rows,
      Shard shard) {
    this.settings = settings;
    this.table = table;
    this.loader = loader;
    this.share = share;
    this.rows = rows;
    this.shard = shard;
  }

  /**
   * Leases the table and finds its columns.
   *
   * @throws IllegalArgumentException if there is no such column, or it cannot become what is wanted
   */
  static OpenDataset open(DatasetSettings settings) {
    OpenTable table = new OpenTable(new ArrowTables(settings.client()).open(settings.table()));
    Share share = Share.first("table " + table.name(), table::close);
    BatchLoader loader;
    try {
      loader = new BatchLoader(share, sources(settings.features(), table), sources(settings.labels(), table),
          Math.min(settings.sizes().batchSize(), Math.max(table.rowCount(), 1)), settings.prefetch() + 2);
    } catch (Throwable failure) {
      share.close();
      throw failure;
    }
    return new OpenDataset(settings, table, loader, share, new RowSet.Range(0, table.rowCount()), Shard.WHOLE);
  }

  private static List<ColumnSource> sources(List<Column> columns, OpenTable table) {
    return columns.stream().map(column -> ColumnSources.of(table, column)).toList();
  }

  /**
   * What loads one epoch, by a share that the caller closes. Where batches may be changed, the epoch has a private view of the memory: what is
   * written in one epoch is not seen in the next; and no view at all where a row may come again in the same epoch.
   */
  BatchLoader epochLoader() {
    Share held = loader.share().another();
    if (settings.writing() == DatasetSettings.Writing.NEVER) {
      return loader.with(held);
    }
    return settings.order().repeatsRows() ? loader.withoutViews(held) : copyOnWriteLoader(held);
  }

  private BatchLoader copyOnWriteLoader(Share held) {
    Arena arena = Arena.ofShared();
    Share view = Share.first("table " + table.name(), () -> {
      arena.close();
      held.close();
    });
    try {
      WritableColumns columns = new WritableColumns(table.table(), arena);
      return loader.over(view, source -> source.over(columns));
    } catch (Throwable failure) {
      view.close();
      throw failure;
    }
  }

  /**
   * What loads rows one by one, by the dataset's own share. A row may be asked for again, so one that may be changed is a copy; of copies, a batch's
   * worth is kept to be used again.
   */
  BatchLoader rowLoader() {
    return loader.ofRows(settings.writing() == DatasetSettings.Writing.NEVER ? Views.ALLOWED : Views.FORBIDDEN,
        settings.sizes().batchSize());
  }

  /** The same table with other rows, or another part of each epoch. */
  OpenDataset with(RowSet newRows, Shard newShard) {
    return new OpenDataset(settings, table, loader, loader.share().another(), newRows, newShard);
  }

  /** The same rows by other settings for the same columns. */
  OpenDataset with(DatasetSettings newSettings) {
    return new OpenDataset(newSettings, table, loader, loader.share().another(), rows, shard);
  }

  OpenTable table() {
    return table;
  }

  Share share() {
    return share;
  }

  RowSet rows() {
    return rows;
  }

  Shard shard() {
    return shard;
  }

  /** How many rows an epoch has. */
  long epochRows() {
    return shard.rowCount(rows.count());
  }

  /** The rows of an epoch, as rows of the table. */
  RowOrder order(long epoch) {
    return new RowOrder.Selected(shard.of(plan().epoch(settings.seed(), epoch)), rows);
  }

  /** Made when it is needed: a dataset that is only filtered or split need not have an order. */
  private synchronized RowOrder.Plan plan() {
    if (plan == null) {
      try (Share _ = share.another()) {
        plan = settings.order().plan(rows, table);
      }
    }
    return plan;
  }

  /** Where an epoch begins. */
  EpochToken token(long epoch, long takenRows) {
    return new EpochToken(epoch, takenRows, Fingerprint.of(rows.describe(), settings.order(), settings.seed(), shard));
  }

  @Override
  public void close() {
    share.close();
  }
}
