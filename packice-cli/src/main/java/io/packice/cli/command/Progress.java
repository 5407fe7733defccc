package io.packice.cli.command;

import java.util.OptionalLong;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;

/** How far a long piece of work is, for a person who looks at a terminal; nothing for anybody else. */
public final class Progress implements AutoCloseable {
  /** Fewer bytes than this are done before anybody could read a bar. */
  private static final long LONG_WORK_BYTES = 256L << 20;

  private static final long LONG_IMPORT_BYTES = 16L << 20;

  private static final long MANY_ROWS = 100_000;

  private static final long UNKNOWN = -1;

  private final @Nullable ProgressBar bar;

  private Progress(@Nullable ProgressBar bar) {
    this.bar = bar;
  }

  /**
   * Of bytes; without a bar if there are few.
   *
   * @param console what the command talks to
   * @param task what is done, for the person who waits
   * @param bytes how many there are
   * @return to be closed by the caller
   */
  public static Progress ofBytes(Console console, String task, long bytes) {
    return bytes < LONG_WORK_BYTES ? new Progress(null) : start(console, task, bytes, " MiB", 1 << 20);
  }

  /**
   * Of bytes that nobody has counted.
   *
   * @param console what the command talks to
   * @param task what is done, for the person who waits
   * @return to be closed by the caller
   */
  public static Progress ofUnknownBytes(Console console, String task) {
    return start(console, task, UNKNOWN, " MiB", 1 << 20);
  }

  /**
   * Of the bytes of files that are decoded on the way; none if nobody has counted them.
   *
   * @param console what the command talks to
   * @param task what is done, for the person who waits
   * @param counted how many bytes there are, if that is known
   * @return to be closed by the caller
   */
  public static Progress ofImport(Console console, String task, OptionalLong counted) {
    if (counted.isEmpty()) {
      return ofUnknownBytes(console, task);
    }
    long bytes = counted.getAsLong();
    return bytes < LONG_IMPORT_BYTES ? new Progress(null) : start(console, task, bytes, " MiB", 1 << 20);
  }

  /**
   * Of the rows of a table that is written.
   *
   * @param console what the command talks to
   * @param task what is done, for the person who waits
   * @param rows how many there are
   * @return to be closed by the caller
   */
  public static Progress ofRows(Console console, String task, long rows) {
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

  /**
   * Goes on.
   *
   * @param by how much more
   */
  public void advance(long by) {
    if (bar != null) {
      bar.stepBy(by);
    }
  }

  /**
   * The work has come this far, of what is now known to be its whole.
   *
   * @param done how far it is
   * @param total what it comes to; 0 if that is not known
   */
  public void advanceTo(long done, long total) {
    if (bar != null) {
      bar.maxHint(total);
      bar.stepTo(done);
    }
  }

  /**
   * The same, with what else there is to say.
   *
   * @param done how far it is
   * @param total what it comes to; 0 if that is not known
   * @param text a few words
   */
  public void advanceTo(long done, long total, String text) {
    if (bar != null) {
      bar.setExtraMessage(" " + text);
      advanceTo(done, total);
    }
  }

  @Override
  public void close() {
    if (bar != null) {
      bar.close();
    }
  }
}
