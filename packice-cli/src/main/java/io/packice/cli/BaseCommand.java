package io.packice.cli;

import io.packice.Packice;
import io.packice.core.OwnJson;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import tools.jackson.databind.json.JsonMapper;

/** What every subcommand understands. */
@Command(optionListHeading = "%nOptions:%n", parameterListHeading = "%nArguments:%n", footerHeading = "%nExamples:%n",
    sortOptions = false, showDefaultValues = false)
abstract class BaseCommand implements Callable<Integer> {
  private static final class Json {
    static final JsonMapper MAPPER = JsonMapper.builder(OwnJson.FACTORY).build();
  }

  final Console console;

  @Option(names = "--socket", paramLabel = "PATH", order = 90,
      description = "The peer's Unix socket; otherwise $$PACKICE_SOCKET, otherwise $$XDG_RUNTIME_DIR/packice.sock,"
          + " otherwise packice-USER.sock in the temporary folder.") private @Nullable String socket;

  @Option(names = "--json", order = 91, description = "Print JSON, one object per line.") private boolean json;

  @Option(names = "--debug", order = 92, description = "Show the stack trace of a failure.") private boolean debug;

  @Option(names = {"-h", "--help"}, usageHelp = true, order = 93, description = "Show this help.")
  @SuppressWarnings("unused") // picocli acts on it
  private boolean help;

  BaseCommand(Console console) {
    this.console = console;
  }

  /** What {@code --socket} says; null if nothing. */
  final @Nullable String socket() {
    return socket;
  }

  /** Where the peer of this host is: for what serves there, {@code $PACKICE_PEER} is somebody else. */
  final String address() {
    if (socket != null) {
      return socket;
    }
    Map<String, String> environment = new HashMap<>(console.environment());
    environment.remove("PACKICE_PEER");
    return Packice.defaultAddress(environment);
  }

  final boolean json() {
    return json;
  }

  final Failures failures() {
    return new Failures(console, debug);
  }

  /** One line of JSON on standard output. */
  final void printJson(Map<String, ? extends @Nullable Object> fields) throws IOException {
    console.line(Json.MAPPER.writeValueAsString(fields));
  }

  @Override
  public final Integer call() throws Exception {
    return run();
  }

  /** Does the work; returns the exit code. */
  abstract int run() throws Exception;
}
