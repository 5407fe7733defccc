package io.packice.jmh;

import io.packice.jmh.report.Comparison;
import io.packice.jmh.report.Report;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Shows what moved between two runs. */
@Command(name = "compare", mixinStandardHelpOptions = true, sortOptions = false,
    description = "Shows what moved between two runs: how many times the time of BEFORE each benchmark takes in AFTER, with the"
        + " interval that holds the true ratio with a probability of 95 %%. Only what is measured in both and clearly differs, unless"
        + " --all is given.%n")
final class CompareCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(index = "0", paramLabel = "BEFORE", description = "A report, or its folder.") private Path before =
      Path.of("");

  @Parameters(index = "1", paramLabel = "AFTER", description = "Another.") private Path after = Path.of("");

  @Option(names = "--all", description = "Also what did not move, or cannot be told.") private boolean isAll;

  @Override
  public Integer call() throws IOException {
    PrintWriter out = spec.commandLine().getOut();
    Comparison comparison = Comparison.of(Report.read(before), Report.read(after));
    comparison.lines(isAll ? Comparison.Show.ALL : Comparison.Show.MOVED).forEach(out::println);
    out.flush();
    return CommandLine.ExitCode.OK;
  }
}
