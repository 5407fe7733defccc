package io.packice.jmh;

import io.packice.jmh.report.Report;
import java.io.Console;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.util.Collection;
import java.util.Optional;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.infra.IterationParams;
import org.openjdk.jmh.results.BenchmarkResult;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.format.OutputFormat;

/** Shows a person how far a run is, a line for each benchmark or a bar on a terminal, and writes all that JMH says to a log. */
final class ProgressFormat implements OutputFormat {
  private final OutputFormat log;
  private final PrintWriter out;
  private final @Nullable ProgressBar bar;
  private int done;
  private int total;

  /** The log stays the caller's; {@link #end} ends the rest. */
  ProgressFormat(OutputFormat log, PrintWriter out, PrintStream terminal, int benchmarks) {
    this.log = log;
    this.out = out;
    this.total = benchmarks;
    this.bar = Optional.ofNullable(System.console()).map(Console::isTerminal).orElse(false)
        ? new ProgressBarBuilder().setTaskName("bench").setInitialMax(benchmarks)
            .setStyle(ProgressBarStyle.ASCII).setUpdateIntervalMillis(500).clearDisplayOnFinish()
            .setConsumer(new ConsoleProgressBarConsumer(terminal)).build()
        : null;
  }

  /** Another round begins. */
  void more(int benchmarks) {
    total = done + benchmarks;
    if (bar != null) {
      bar.maxHint(total);
    }
  }

  /** Takes the bar away. */
  void end() {
    if (bar != null) {
      bar.close();
    }
  }

  @Override
  public void startBenchmark(BenchmarkParams params) {
    log.startBenchmark(params);
    if (bar != null) {
      bar.setExtraMessage(" " + Rounds.Key.of(params));
    }
  }

  @Override
  public void endBenchmark(@Nullable BenchmarkResult result) {
    if (result != null) {
      log.endBenchmark(result);
    }
    done++;
    if (bar != null) {
      bar.stepTo(done);
    } else if (result != null) {
      out.printf("[%d/%d] %s: %s %s%n", done, total, Rounds.Key.of(result.getParams()),
          Report.figure(result.getPrimaryResult().getScore()), result.getPrimaryResult().getScoreUnit());
      out.flush();
    }
  }

  @Override
  public void iteration(BenchmarkParams benchmark, IterationParams params, int iteration) {
    log.iteration(benchmark, params, iteration);
  }

  @Override
  public void iterationResult(BenchmarkParams benchmark, IterationParams params, int iteration,
      IterationResult data) {
    log.iterationResult(benchmark, params, iteration, data);
  }

  @Override
  public void startRun() {
    log.startRun();
  }

  @Override
  public void endRun(Collection<RunResult> result) {
    log.endRun(result);
  }

  @Override
  public void print(String text) {
    log.print(text);
  }

  @Override
  public void println(String line) {
    log.println(line);
  }

  @Override
  public void flush() {
    log.flush();
  }

  @Override
  public void close() {
    log.flush();
  }

  @Override
  public void verbosePrintln(String line) {
    log.verbosePrintln(line);
  }

  @Override
  public void write(int b) {
    log.write(b);
  }

  @Override
  public void write(byte[] bytes) throws IOException {
    log.write(bytes);
  }
}
