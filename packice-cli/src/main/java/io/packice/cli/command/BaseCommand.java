package io.packice.cli.command;

import io.packice.Packice;
import io.packice.core.OwnJson;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import tools.jackson.databind.json.JsonMapper;

/** What every subcommand understands. */
@Command(optionListHeading = "%nOptions:%n", parameterListHeading = "%nArguments:%n", footerHeading = "%nExamples:%n",
    sortOptions = false, showDefaultValues = false)
public abstract class BaseCommand implements Callable<Integer> {
  private static final class Json {
    static final JsonMapper MAPPER = JsonMapper.builder(OwnJson.FACTORY).build();
  }

  /** What the command talks to. */
  protected final Console console;

  @Option(names = "--socket", paramLabel = "PATH", order = 90,
      description = "The peer's Unix socket; otherwise $$PACKICE_SOCKET, otherwise $$XDG_RUNTIME_DIR/packice.sock,"
          + " otherwise packice-USER.sock in the temporary folder.") private @Nullable String socket;

  @Option(names = "--json", order = 91, description = "Print JSON, one object per line.") private boolean json;

  @Option(names = "--debug", order = 92, description = "Show the stack trace of a failure.") private boolean debug;

  @Option(names = {"-h", "--help"}, usageHelp = true, order = 93, description = "Show this help.")
  @SuppressWarnings("unused") // picocli acts on it
  private boolean help;

  /**
   * A command.
   *
   * @param console what the command talks to
   */
  protected BaseCommand(Console console) {
    this.console = console;
  }

  /**
   * What {@code --socket} says; null if nothing.
   *
   * @return the path, or null
   */
  protected final @Nullable String socket() {
    return socket;
  }

  /**
   * Where the peer of this host is: for what serves there, {@code $PACKICE_PEER} is somebody else.
   *
   * @return the path of the peer's socket
   */
  protected final String address() {
    if (socket != null) {
      return socket;
    }
    Map<String, String> environment = new HashMap<>(console.environment());
    environment.remove("PACKICE_PEER");
    return Packice.defaultAddress(environment);
  }

  /**
   * Whether to print JSON.
   *
   * @return whether {@code --json} is given
   */
  protected final boolean json() {
    return json;
  }

  /**
   * How this command tells of failures.
   *
   * @return with stack traces if they are asked for
   */
  public final Failures failures() {
    return new Failures(console, debug);
  }

  /**
   * One line of JSON on standard output.
   *
   * @param fields what it holds
   * @throws IOException if that cannot be read or written
   */
  protected final void printJson(Map<String, ? extends @Nullable Object> fields) throws IOException {
    console.line(Json.MAPPER.writeValueAsString(fields));
  }

  @Override
  public final Integer call() throws Exception {
    return run();
  }

  /**
   * Which line of a file or variable the value of an option came from, in brackets behind a blank.
   *
   * @param option its name
   * @return empty if it stands on the command line
   */
  protected String origin(String option) {
    return "";
  }

  /**
   * Refuses options that stand before a subcommand's name, where nobody looks at them.
   *
   * @param subcommand the subcommand
   */
  protected static void requireNoOptionsBefore(CommandSpec subcommand) {
    @Nullable CommandLine parent = subcommand.commandLine().getParent();
    if (parent != null && parent.getParseResult() != null && !parent.getParseResult().matchedOptions().isEmpty()) {
      throw new ParameterException(subcommand.commandLine(),
          "Options stand after " + subcommand.name() + ", not before it: "
              + parent.getParseResult().matchedOptions().getFirst().longestName());
    }
  }

  /**
   * Does the work.
   *
   * @return the exit code
   * @throws Exception if that is refused
   */
  protected abstract int run() throws Exception;
}
