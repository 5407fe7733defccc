package io.packice.jmh;

import io.packice.jmh.report.Pages;
import io.packice.jmh.report.Report;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Draws reports that were written before. */
@Command(name = "page", mixinStandardHelpOptions = true, sortOptions = false,
    description = "Makes one page, with its pictures, of reports that were written before: of the runs of bench, and of the benchmark of"
        + " packice-integrations-spark. The first one says which machine it was.%n")
final class PageCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(paramLabel = "REPORT", arity = "1..*", description = "Reports, or their folders.") private List<
      Path> from =
          List.of();

  @Option(names = "--out", paramLabel = "DIR", required = true,
      description = "Where report.json, report.html, report.md and pictures go.") private Path out = Path.of("");

  @Override
  public Integer call() throws IOException {
    List<Report> reports = new ArrayList<>();
    for (Path path : from) {
      reports.add(Report.read(path));
    }
    Report all = Report.join(reports);
    Files.createDirectories(out);
    all.write(out.resolve("report.json"));
    Path page = Pages.write(all, out);
    PrintWriter to = spec.commandLine().getOut();
    to.println("The report: " + page.toAbsolutePath());
    to.flush();
    return CommandLine.ExitCode.OK;
  }
}
