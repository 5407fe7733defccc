package io.packice.cli.serve;

import io.packice.cli.command.Console;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.logging.ErrorManager;
import java.util.logging.Formatter;
import java.util.logging.Handler;
import java.util.logging.LogManager;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * What a serving process reports: one line per event on standard error, as text or as JSON. A stack trace stands there only where something
 * unexpected happened, and on the same line. Safe from any thread.
 */
final class ServerLog {
  private static final String SERVE = "io.packice.serve";
  private static final Pattern PLAIN = Pattern.compile("[^\\s\"=\\p{Cc}]+");
  private static final Logger PACKICE = Logger.getLogger("io.packice");

  private final Console console;
  private final LogLevel level;
  private final LogFormat format;

  private @Nullable String first; // guarded by this

  private ServerLog(Console console, LogLevel level, LogFormat format) {
    this.console = console;
    this.level = level;
    this.format = format;
  }

  /** Sends all of {@link System.Logger} there. */
  static ServerLog toStandardError(Console console, LogLevel level, LogFormat format) {
    ServerLog log = new ServerLog(console, level, format);
    LogManager.getLogManager().reset();
    Logger root = Logger.getLogger("");
    root.setLevel(level.compareTo(LogLevel.INFO) < 0 ? level.least() : LogLevel.INFO.least());
    PACKICE.setLevel(level.least()); // what libraries say for their own debugging is not asked for
    root.addHandler(log.new Lines());
    ServerLogManager.stay();
    return log;
  }

  /** What the first line is to say, whatever happens first; {@link #begin} if nothing does. A start that fails at once is one line without it. */
  synchronized void beginWith(String message) {
    first = message;
  }

  synchronized void begin() {
    if (first != null) {
      String message = first;
      first = null;
      write(LogLevel.INFO, message);
    }
  }

  void info(String message) {
    write(LogLevel.INFO, message);
  }

  void warn(String message) {
    write(LogLevel.WARN, message);
  }

  void error(String message) {
    write(LogLevel.ERROR, message);
  }

  private void write(LogLevel at, String message) {
    if (at.compareTo(level) <= 0) {
      begin();
      console.err().println(line(Instant.now(), at, SERVE, message, Map.of(), null));
    }
  }

  private String line(Instant at, LogLevel of, @Nullable String logger, String message, Map<?, ?> values,
      @Nullable Throwable thrown) {
    return switch (format) {
      case TEXT -> at.truncatedTo(ChronoUnit.MILLIS) + " " + of.name() + " " + oneLine(message + text(values))
          + (thrown == null ? "" : ": " + oneLine(thrown + " at " + stack(thrown)));
      case JSON -> json(at, of, logger, message, values, thrown);
    };
  }

  /** Such as {@code status=200 path=/stats}; what has white space or quotes is quoted as in JSON. */
  private static String text(Map<?, ?> values) {
    StringBuilder text = new StringBuilder();
    values.forEach((name, value) -> {
      String plain = String.valueOf(value);
      text.append(' ').append(name).append('=')
          .append(PLAIN.matcher(plain).matches() ? plain : JsonMapper.shared().writeValueAsString(plain));
    });
    return text.toString();
  }

  private static String json(Instant at, LogLevel of, @Nullable String logger, String message, Map<?, ?> values,
      @Nullable Throwable thrown) {
    Map<String, @Nullable Object> fields = new LinkedHashMap<>();
    fields.put("time", at.truncatedTo(ChronoUnit.MILLIS).toString());
    fields.put("level", of.toString());
    fields.put("logger", logger);
    fields.put("message", message);
    values.forEach((name, value) -> fields.put(String.valueOf(name), value));
    if (thrown != null) {
      fields.put("error", thrown.toString());
      fields.put("stack", stack(thrown));
    }
    return JsonMapper.shared().writeValueAsString(fields);
  }

  private static String stack(Throwable thrown) {
    String frames = Arrays.stream(thrown.getStackTrace()).map(StackTraceElement::toString)
        .collect(Collectors.joining(" < "));
    return thrown.getCause() == null ? frames : frames + ", caused by " + thrown.getCause() + " at "
        + stack(thrown.getCause());
  }

  private static String oneLine(String text) {
    return text.replaceAll("\\s*\\R\\s*", " ").replaceAll("\\p{Cc}", "?");
  }

  /** What an event has by name, which is its only argument; none if it has others. */
  private static Map<?, ?> values(LogRecord record) {
    Object[] arguments = record.getParameters();
    return arguments != null && arguments.length == 1 && arguments[0] instanceof Map<?, ?> values ? values : Map.of();
  }

  private final class Lines extends Handler {
    private final Formatter message = new SimpleFormatter();

    @Override
    public void publish(LogRecord record) {
      if (!isLoggable(record)) {
        return;
      }
      try {
        begin();
        Map<?, ?> values = values(record);
        String text = values.isEmpty() ? message.formatMessage(record) : record.getMessage().replace("{0}", "").strip();
        console.err().println(line(record.getInstant(), LogLevel.of(record.getLevel()), record.getLoggerName(), text,
            values, record.getThrown()));
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
