package io.packice.cli.serve;

import static org.assertj.core.api.Assertions.assertThat;

import io.packice.cli.command.Console;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Each event is one line, whatever is in it. */
class ServerLogTest {
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private final Console console = new Console(InputStream.nullInputStream(), OutputStream.nullOutputStream(),
      new PrintStream(err, true, StandardCharsets.UTF_8), Map.of());
  private final System.Logger logger = System.getLogger("io.packice.test");

  @AfterEach
  void logAsTestsDo() throws Exception {
    java.util.logging.LogManager.getLogManager().readConfiguration();
  }

  private List<String> lines() {
    return err.toString(StandardCharsets.UTF_8).lines().toList();
  }

  @Test
  void anEventIsALineOfText() {
    ServerLog log = ServerLog.toStandardError(console, LogLevel.INFO, LogFormat.TEXT);
    logger.log(System.Logger.Level.WARNING, "two\nlines and a \u0007 bell");
    log.info("ready");
    assertThat(lines()).hasSize(2);
    assertThat(lines().getFirst())
        .matches("\\d{4}-\\d\\d-\\d\\dT[0-9:.]+Z WARN two lines and a \\? bell");
    assertThat(lines().getLast()).endsWith(" INFO ready");
  }

  @Test
  void anEventIsALineOfJson() {
    ServerLog _ = ServerLog.toStandardError(console, LogLevel.INFO, LogFormat.JSON);
    logger.log(System.Logger.Level.ERROR, "broken\nin two", new IllegalStateException("why", new Error("cause")));
    JsonNode event = JsonMapper.shared().readTree(lines().getFirst());
    assertThat(lines()).hasSize(1);
    assertThat(event.get("level").asString()).isEqualTo("error");
    assertThat(event.get("logger").asString()).isEqualTo("io.packice.test");
    assertThat(event.get("message").asString()).isEqualTo("broken\nin two");
    assertThat(event.get("error").asString()).isEqualTo("java.lang.IllegalStateException: why");
    assertThat(event.get("stack").asString()).startsWith("io.packice.cli.serve.ServerLogTest.").contains("caused by ");
  }

  @Test
  void namedValuesKeepTheirNames() {
    Map<String, Object> values = new java.util.LinkedHashMap<>();
    values.put("path", "/a b\"c\n{0}");
    values.put("status", 200);
    ServerLog _ = ServerLog.toStandardError(console, LogLevel.INFO, LogFormat.TEXT);
    logger.log(System.Logger.Level.INFO, "request {0}", values);
    ServerLog _ = ServerLog.toStandardError(console, LogLevel.INFO, LogFormat.JSON);
    logger.log(System.Logger.Level.INFO, "request {0}", values);
    assertThat(lines()).hasSize(2).first().asString().endsWith(" INFO request path=\"/a b\\\"c\\n{0}\" status=200");
    JsonNode event = JsonMapper.shared().readTree(lines().getLast());
    assertThat(event.get("message").asString()).isEqualTo("request");
    assertThat(event.get("path").asString()).isEqualTo("/a b\"c\n{0}");
    assertThat(event.get("status").asInt()).isEqualTo(200);
  }

  @Test
  void whatIsLessImportantIsNotLogged() {
    ServerLog log = ServerLog.toStandardError(console, LogLevel.WARN, LogFormat.TEXT);
    log.info("ready");
    logger.log(System.Logger.Level.INFO, "an event");
    assertThat(lines()).isEmpty();
    log = ServerLog.toStandardError(console, LogLevel.DEBUG, LogFormat.TEXT);
    logger.log(System.Logger.Level.DEBUG, "a connection");
    log.info("ready");
    assertThat(lines()).hasSize(2).first().asString().endsWith(" DEBUG a connection");
  }

  @Test
  void theFirstLineIsFirstWhateverHappensBefore() {
    ServerLog log = ServerLog.toStandardError(console, LogLevel.INFO, LogFormat.TEXT);
    log.beginWith("chosen");
    assertThat(lines()).isEmpty();
    logger.log(System.Logger.Level.WARNING, "an event");
    log.begin();
    assertThat(lines()).hasSize(2).first().asString().endsWith(" INFO chosen");
  }
}
