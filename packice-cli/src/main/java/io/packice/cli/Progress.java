package io.packice.cli;

import java.util.OptionalLong;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;

/** How far a long piece of work is, for a person who looks at a terminal; nothing for anybody else. */
final class Progress implements AutoCloseable {
  /** Fewer bytes than this are done before anybody could read a bar. */
  private static final long LONG_WORK_BYTES = 256L << 20;

  private static final long LONG_IMPORT_BYTES = 16L << 20;

  private static final long MANY_ROWS = 100_000;

  private static final long UNKNOWN = -1;

  private final @Nullable ProgressBar bar;

  private Progress(@Nullable ProgressBar bar) {
    this.bar = bar;
  }

  /** Of bytes; without a bar if there are few. */
  static Progress ofBytes(Console console, String task, long bytes) {
    return bytes < LONG_WORK_BYTES ? new Progress(null) : start(console, task, bytes, " MiB", 1 << 20);
  }

  /** Of bytes that nobody has counted. */
  static Progress ofUnknownBytes(Console console, String task) {
    return start(console, task, UNKNOWN, " MiB", 1 << 20);
  }

  /** Of the bytes of files that are decoded on the way; none if nobody has counted them. */
  static Progress ofImport(Console console, String task, OptionalLong counted) {
    if (counted.isEmpty()) {
      return ofUnknownBytes(console, task);
    }
    long bytes = counted.getAsLong();
    return bytes < LONG_IMPORT_BYTES ? new Progress(null) : start(console, task, bytes, " MiB", 1 << 20);
  }

  /** Of the rows of a table that is written. */
  static Progress ofRows(Console console, String task, long rows) {
    return rows < MANY_ROWS ? new Progress(null) : start(console, task, rows, " rows", 1);
  }

  private static Progress start(Console console, String task, long max, String unit, long unitSize) {
    if (!console.errIsTerminal()) {
      return new Progress(null);
    }
    return new Progress(new ProgressBarBuilder().setTaskName(task).setInitialMax(max).setUnit(unit, unitSize)
        .setStyle(ProgressBarStyle.ASCII).setUpdateIntervalMillis(100).clearDisplayOnFinish()
        .setConsumer(new ConsoleProgressBarConsumer(console.err())).build());
  }

  void advance(long by) {
    if (bar != null) {
      bar.stepBy(by);
    }
  }

  /** The work has come this far, of what is now known to be its whole. */
  void advanceTo(long done, long total) {
    if (bar != null) {
      bar.maxHint(total);
      bar.stepTo(done);
    }
  }

  @Override
  public void close() {
    if (bar != null) {
      bar.close();
    }
  }
}
