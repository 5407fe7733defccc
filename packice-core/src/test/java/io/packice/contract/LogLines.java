package io.packice.contract;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/** What is logged from now on until it is closed, instead of where it would stand else. */
public final class LogLines extends Handler implements AutoCloseable {
  private final Logger logger;
  private final List<String> lines = new CopyOnWriteArrayList<>();

  private LogLines(Logger logger) {
    this.logger = logger;
  }

  /** Those of a logger and of all below it. */
  public static LogLines of(String logger) {
    LogLines lines = new LogLines(Logger.getLogger(logger));
    lines.logger.addHandler(lines);
    lines.logger.setUseParentHandlers(false);
    return lines;
  }

  /** The messages so far. */
  public List<String> all() {
    return lines;
  }

  @Override
  public void publish(LogRecord record) {
    lines.add(record.getMessage());
  }

  @Override
  public void flush() {
    // nothing is kept back
  }

  @Override
  public void close() {
    logger.removeHandler(this);
    logger.setUseParentHandlers(true);
  }
}
