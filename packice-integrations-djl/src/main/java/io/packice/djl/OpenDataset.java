package io.packice.djl;

import io.packice.arrow.ArrowTables;
import io.packice.arrow.memory.UseCount.Use;
import io.packice.djl.BatchLoader.Views;
import java.lang.foreign.Arena;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A dataset whose table is open: its rows and the orders of its epochs. Datasets that came of it by filtering and the like use the table and the
 * buffers.
 */
final class OpenDataset implements AutoCloseable {
  private final DatasetSettings settings;
  private final OpenTable table;
  private final BatchLoader loader;
  private final Use use;
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

  /** {@code use} is this one's from now on. */
  private OpenDataset(DatasetSettings settings, OpenTable table, BatchLoader loader, Use use, RowSet rows,
      Shard shard) {
    this.settings = settings;
    this.table = table;
    this.loader = loader;
    this.use = use;
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
    Use use = Use.first("table " + table.name(), table::close);
    BatchLoader loader;
    try {
      loader = new BatchLoader(use, sources(settings.features(), table), sources(settings.labels(), table),
          Math.min(settings.sizes().batchSize(), Math.max(table.rowCount(), 1)), settings.prefetch() + 2);
    } catch (Throwable failure) {
      use.close();
      throw failure;
    }
    return new OpenDataset(settings, table, loader, use, new RowSet.Range(0, table.rowCount()), Shard.WHOLE);
  }

  private static List<ColumnSource> sources(List<Column> columns, OpenTable table) {
    return columns.stream().map(column -> ColumnSources.of(table, column)).toList();
  }

  /**
   * What loads one epoch, by a use that the caller closes. Where batches may be changed, the epoch has a private view of the memory: what is
   * written in one epoch is not seen in the next; and no view at all where a row may come again in the same epoch.
   */
  BatchLoader epochLoader() {
    Use held = loader.use().another();
    if (settings.writing() == DatasetSettings.Writing.NEVER) {
      return loader.with(held);
    }
    return settings.order().repeatsRows() ? loader.withoutViews(held) : copyOnWriteLoader(held);
  }

  private BatchLoader copyOnWriteLoader(Use held) {
    Arena arena = Arena.ofShared();
    Use view = Use.first("table " + table.name(), () -> {
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
   * What loads rows one by one, by the dataset's own use. A row may be asked for again, so one that may be changed is a copy; of copies, a batch's
   * worth is kept to be used again.
   */
  BatchLoader rowLoader() {
    return loader.ofRows(settings.writing() == DatasetSettings.Writing.NEVER ? Views.ALLOWED : Views.FORBIDDEN,
        settings.sizes().batchSize());
  }

  /** The same table with other rows, or another part of each epoch. */
  OpenDataset with(RowSet newRows, Shard newShard) {
    return new OpenDataset(settings, table, loader, loader.use().another(), newRows, newShard);
  }

  /** The same rows by other settings for the same columns. */
  OpenDataset with(DatasetSettings newSettings) {
    return new OpenDataset(newSettings, table, loader, loader.use().another(), rows, shard);
  }

  OpenTable table() {
    return table;
  }

  Use use() {
    return use;
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
      try (Use _ = use.another()) {
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
    use.close();
  }
}
