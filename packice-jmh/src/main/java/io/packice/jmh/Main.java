package io.packice.jmh;

import io.packice.jmh.load.LoadCommand;
import io.packice.jmh.report.HostFacts;
import io.packice.jmh.report.Pages;
import io.packice.jmh.report.Report;
import io.packice.jmh.report.Summary;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.format.OutputFormatFactory;
import org.openjdk.jmh.runner.options.VerboseMode;
import picocli.CommandLine;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;

/** Runs benchmarks and writes what they found. {@code --help} says how. */
@Command(name = "packice bench", mixinStandardHelpOptions = true, versionProvider = Main.Version.class,
    sortOptions = false, subcommands = {CompareCommand.class, PageCommand.class, LoadCommand.class},
    description = "Measures Packice beside what the hardware allows and what others do.%n",
    footer = {"", "Examples:", "  ./packice bench --quick", "  ./packice bench --out scan TableScan TableWrite",
        "  ./packice bench --minutes 30 --out all", "  ./packice bench compare before after"})
public final class Main implements Callable<Integer> {
  /** What a JVM needs to run Packice, Arrow and Arrow's native Parquet reader. */
  static final List<String> JVM_ARGS = List.of("--enable-native-access=ALL-UNNAMED",
      "--sun-misc-unsafe-memory-access=allow", "--add-opens=java.base/java.nio=ALL-UNNAMED");

  private static final String FAILED = " failed";
  private static final String TOO_LATE = "the time was over; give more --minutes, or name it";
  private static final int QUICK_MINUTES = 5;
  private static final Duration FOR_THE_REPORT = Duration.ofSeconds(10);

  private final CommandLine command = new CommandLine(this);

  @Parameters(paramLabel = "SUITE",
      description = "Parts of the names of suites or benchmarks; all if none is given.") private List<String> suites =
          List.of();

  @Option(names = "--suite", paramLabel = "SUITE", split = ",",
      description = "The same.") private List<String> moreSuites = List.of();

  @ArgGroup(exclusive = true) private Length length = new Length();

  @Option(names = "--rounds", paramLabel = "N", defaultValue = "5",
      description = "How often everything is run at most, each benchmark in a new process; 5 if not given.") private int rounds;

  @Option(names = "--minutes", paramLabel = "M",
      description = "How long at most; what did not fit is named. 5 for --quick, else no limit.") private @Nullable Double minutes;

  @Option(names = "--param", paramLabel = "NAME=VALUE",
      description = "Another value of a suite's parameter.") private Map<String, String> params = Map.of();

  @Option(names = "--out", paramLabel = "DIR",
      description = "Where report.json, report.html and pictures go; target/bench-TIME if not given. With a name that ends"
          + " in .json, just the JSON.") private @Nullable Path out;

  /** How much is measured. */
  static final class Length {
    @Option(names = "--quick",
        description = "Short iterations, fewer sizes, at most 5 minutes: to see that all is well.") private boolean isQuick;

    @Option(names = "--full", description = "Everything; so it is if --quick is not given.") private boolean isFull;

    boolean isShort() {
      return isQuick && !isFull;
    }
  }

  private Main() {
    command.setParameterExceptionHandler((mistake, _) -> {
      command.getErr().println(mistake.getMessage() + " (--help shows what can be given)");
      return CommandLine.ExitCode.USAGE;
    });
    command.setExecutionExceptionHandler((failure, _, _) -> {
      if (failure instanceof IOException refused) {
        command.getErr().println(refused.getMessage());
        return CommandLine.ExitCode.SOFTWARE;
      }
      throw failure;
    });
  }

  /**
   * The command.
   *
   * @param args its arguments
   */
  public static void main(String... args) {
    System.setProperty("java.awt.headless", "true"); // pictures are drawn without a display
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
    if (minutes != null && !(minutes > 0)) {
      throw new ParameterException(command, "Cannot run for " + minutes + " minutes; give more than 0");
    }
    List<String> parts = Stream.concat(suites.stream(), moreSuites.stream()).toList();
    Plan plan = new Plan(parts, params, length.isShort());
    if (plan.suites().isEmpty() && plan.leftOut().isEmpty()) {
      throw new ParameterException(command,
          "Cannot run " + parts + ": 0 of the suites' names have that in them; leave it out to run all");
    }
    String when = Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();
    Path folder = out == null ? Path.of("target", "bench-" + when.replace(":", "")) : out;
    boolean isJsonOnly = folder.toString().endsWith(".json");
    prepare(isJsonOnly ? Objects.requireNonNullElse(folder.toAbsolutePath().getParent(), folder) : folder);
    Path log = isJsonOnly ? Files.createTempFile("packice-bench-", ".log") : folder.resolve("jmh.log");
    Report report;
    try (PrintStream to = new PrintStream(log.toFile(), StandardCharsets.UTF_8)) {
      report = run(plan, when, to);
    }
    report.write(isJsonOnly ? folder : folder.resolve("report.json"));
    print(report);
    if (!isJsonOnly) {
      Path page = Pages.write(report, folder);
      command.getOut().println("The report: " + page.toAbsolutePath());
    }
    boolean failed = report.leftOut().stream().anyMatch(line -> line.contains(FAILED));
    if (failed) {
      command.getErr().println("Some benchmarks failed; what they said is in " + log.toAbsolutePath());
    }
    command.getOut().flush();
    return failed ? CommandLine.ExitCode.SOFTWARE : CommandLine.ExitCode.OK;
  }

  private void prepare(Path folder) throws IOException {
    try {
      Files.createDirectories(folder);
    } catch (FileAlreadyExistsException e) {
      throw new ParameterException(command, "Cannot write to " + folder + ": it is a file; give a folder", e);
    }
    if (!Files.isWritable(folder)) {
      throw new ParameterException(command, "Cannot write to " + folder + ": no permission; give another");
    }
  }

  private Report run(Plan plan, String when, PrintStream log) {
    Report.Host host = facts();
    Rounds results = new Rounds();
    Schedule schedule = new Schedule(minutes != null || length.isShort()
        ? Duration.ofMillis((long) (60_000 * Objects.requireNonNullElse(minutes, (double) QUICK_MINUTES)))
            .minus(FOR_THE_REPORT)
        : null);
    List<String> leftOut = new ArrayList<>(plan.leftOut());
    ProgressFormat progress =
        new ProgressFormat(OutputFormatFactory.createFormatInstance(log, VerboseMode.NORMAL), command.getOut(),
            System.err, 0);
    leftOut.forEach(line -> command.getOut().println("Left out: " + line));
    boolean went = true;
    for (int round = 0; round < rounds && went; round++) {
      went = false;
      List<Plan.Suite> fitting = schedule.fitting(plan.suites());
      progress.more(fitting.stream().mapToInt(Plan.Suite::benchmarks).sum());
      for (Plan.Suite suite : fitting) {
        went |= run(suite, round == 0, results, schedule, progress, leftOut);
      }
      if (round == 0) {
        plan.suites().stream().filter(suite -> !fitting.contains(suite))
            .forEach(suite -> leftOut.add(suite.name() + ": " + TOO_LATE));
      }
    }
    progress.end();
    return new Report(when, String.join(" ", command.getParseResult().originalArgs()), HostFacts.after(host),
        Stream.concat(JVM_ARGS.stream(), ManagementFactory.getRuntimeMXBean().getInputArguments().stream()).distinct()
            .toList(),
        plan.settings(), List.copyOf(leftOut), results.results());
  }

  /** Whether it did. */
  private boolean run(Plan.Suite suite, boolean isFirst, Rounds results, Schedule schedule, ProgressFormat progress,
      List<String> leftOut) {
    if (!schedule.hasTimeFor(suite)) {
      if (isFirst) {
        leftOut.add(suite.name() + ": " + TOO_LATE);
      }
      return false;
    }
    try (Schedule.Running _ = schedule.begin(suite)) {
      int measured = results.run(suite.options(), progress);
      if (measured < suite.benchmarks()) {
        leftOut.add(suite.name() + ": " + (suite.benchmarks() - measured) + " of " + suite.benchmarks() + FAILED);
      }
    } catch (RunnerException e) {
      leftOut.add(suite.name() + FAILED + ": " + e.getMessage());
    }
    return true;
  }

  private static Report.Host facts() {
    try {
      return HostFacts.now();
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot tell what this host is", e);
    }
  }

  private void print(Report report) {
    PrintWriter to = command.getOut();
    to.println();
    Summary.lines(report).forEach(to::println);
    to.flush();
  }
}
