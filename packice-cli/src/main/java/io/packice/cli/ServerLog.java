package io.packice.cli;

import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.logging.ErrorManager;
import java.util.logging.Formatter;
import java.util.logging.Handler;
import java.util.logging.LogManager;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;

/** What a serving process reports: one line per event on standard error; a stack trace only where something unexpected happened. */
final class ServerLog {
  private ServerLog() {
  }

  /** Sends all of {@link System.Logger} there. */
  static void toStandardError(Console console) {
    LogManager.getLogManager().reset();
    Logger.getLogger("").addHandler(new Lines(console));
  }

  /** Says so directly: while the JVM ends, its loggers close at a moment of their own. */
  static void stopped(Console console, Path socket) {
    console.err().println(line(Instant.now(), "INFO", "Stopped, and removed " + socket));
  }

  private static String line(Instant at, String level, String message) {
    return at.truncatedTo(ChronoUnit.MILLIS) + " " + level + " " + message.replaceAll("\\R", " ");
  }

  private static final class Lines extends Handler {
    private final Console console;
    private final Formatter message = new SimpleFormatter();

    Lines(Console console) {
      this.console = console;
    }

    @Override
    public void publish(LogRecord record) {
      if (!isLoggable(record)) {
        return;
      }
      try {
        console.err().println(line(record.getInstant(), record.getLevel().getName(), message.formatMessage(record)));
        if (record.getThrown() != null) {
          record.getThrown().printStackTrace(console.err());
        }
      } catch (RuntimeException e) {
        reportError(null, e, ErrorManager.FORMAT_FAILURE);
      }
    }

    @Override
    public void flush() {
      console.err().flush();
    }

    @Override
    public void close() {
      flush();
    }
  }
}
