package io.packice.jmh;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.runner.NoBenchmarksException;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** Runs benchmarks and writes what they found. {@code --help} says how. */
@Command(name = "packice bench", mixinStandardHelpOptions = true, versionProvider = Main.Version.class,
    sortOptions = false,
    description = "Measures Packice beside what the hardware allows and what others do.%n",
    footer = {"", "Examples:", "  ./packice bench TableScan",
        "  ./packice bench --rounds 10 --out scan.json TableScan TableWrite",
        "  ./packice bench --quick --param rows=100000"})
public final class Main implements Callable<Integer> {
  /** What a JVM needs to run Packice, Arrow and Arrow's native Parquet reader. */
  private static final List<String> JVM_ARGS = List.of("--enable-native-access=ALL-UNNAMED",
      "--sun-misc-unsafe-memory-access=allow", "--add-opens=java.base/java.nio=ALL-UNNAMED");

  private final CommandLine command = new CommandLine(this);

  @Parameters(paramLabel = "SUITE",
      description = "Parts of the names of suites or benchmarks; all if none is given.") private List<String> suites =
          List.of();

  @Option(names = "--rounds", paramLabel = "N", defaultValue = "5",
      description = "How often everything is run, each benchmark in a new process; 5 if not given.") private int rounds;

  @Option(names = "--quick",
      description = "One short round, to see that all is well: the figures mean little.") private boolean isQuick;

  @Option(names = "--param", paramLabel = "NAME=VALUE",
      description = "Another value of a suite's parameter.") private Map<String, String> params = Map.of();

  @Option(names = "--out", paramLabel = "FILE",
      description = "Where the report goes, as JSON.") private @Nullable Path out;

  private Main() {
    command.setParameterExceptionHandler((mistake, _) -> {
      command.getErr().println(mistake.getMessage() + " (--help shows what can be given)");
      return CommandLine.ExitCode.USAGE;
    });
  }

  /**
   * The command.
   *
   * @param args its arguments
   */
  public static void main(String... args) {
    System.exit(new Main().command.execute(args));
  }

  /** That of the jar. */
  static final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
      return new String[] {"packice bench " + Main.class.getPackage().getImplementationVersion()};
    }
  }

  @Override
  public Integer call() throws IOException {
    if (rounds < 1) {
      throw new ParameterException(command, "Cannot run " + rounds + " rounds; give at least 1");
    }
    if (out != null && !Files.isWritable(Objects.requireNonNullElse(out.toAbsolutePath().getParent(), out))) {
      throw new ParameterException(command, "Cannot write " + out + ": its folder cannot be written; give another");
    }
    ChainedOptionsBuilder options = new OptionsBuilder().forks(1).jvmArgsAppend(JVM_ARGS.toArray(String[]::new));
    suites.forEach(options::include);
    params.forEach((name, value) -> options.param(name, value.split(",", -1)));
    if (isQuick) {
      options.warmupIterations(2).measurementIterations(2);
    }
    Report.Host host = HostFacts.now();
    String when = Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();
    Rounds run = new Rounds(options.build());
    try {
      for (int i = 0; i < (isQuick ? 1 : rounds); i++) {
        run.run();
      }
    } catch (NoBenchmarksException _) {
      throw new ParameterException(command,
          "Cannot run " + suites + ": 0 of the suites' names have that in them; leave it"
              + " out to run all");
    } catch (RunnerException e) {
      command.getErr().println("Cannot measure: " + e.getMessage() + "; see what is printed above");
      return CommandLine.ExitCode.SOFTWARE;
    }
    Report report = new Report(when, String.join(" ", command.getParseResult().originalArgs()), host,
        run.results());
    print(report);
    if (out != null) {
      JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build().writeValue(out, report);
    }
    return CommandLine.ExitCode.OK;
  }

  private void print(Report report) {
    PrintWriter to = command.getOut();
    to.printf("%n%-28s %-28s %-24s %12s %-8s %s%n", "suite", "benchmark", "parameters", "median", "",
        "times ours (95 %)");
    for (Report.Result result : report.results()) {
      Ratio ratio = result.ratio();
      to.printf(Locale.ROOT, "%-28s %-28s %-24s %12.3f %-8s %s%n", result.suite(), result.name(), result.params(),
          result.median(), result.unit(), ratio == null ? ""
              : String.format(Locale.ROOT, "%.2f (%.2f to %.2f)", ratio.ratio(), ratio.low(), ratio.high()));
    }
    to.flush();
  }
}
