package io.packice.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import io.packice.cli.Cli.Result;
import io.packice.cli.Foreground;
import io.packice.cli.Main;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** {@code packice demo} with all its processes; its temporary folder is ours, so that we see what it leaves there. */
class DemoTest {
  /** From packice-cli, where the tests run, to what lies beside the project. */
  private static final Path MNIST = Path.of("../../shared/data/mnist");

  @TempDir Path folder;

  private Process start(String... args) throws IOException {
    JavaCommand demo =
        JavaCommand.of(Main.class, "-Djava.io.tmpdir=" + folder, "-XX:TieredStopAtLevel=1").args("demo").args(args);
    return new ProcessBuilder(Foreground.command(demo.line())).start();
  }

  private Result run(String... args) throws Exception {
    Process demo = start(args);
    try {
      String out = new String(demo.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      String err = new String(demo.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
      return new Result(demo.waitFor(), out, err);
    } finally {
      demo.destroyForcibly();
    }
  }

  private void assertNothingIsLeft() throws IOException {
    try (Stream<Path> left = Files.list(folder)) {
      assertThat(left.filter(path -> !path.getFileName().toString().startsWith("hsperfdata"))).isEmpty();
    }
    try (Stream<ProcessHandle> processes = ProcessHandle.allProcesses()) {
      assertThat(processes.map(process -> process.info().commandLine().orElse(""))).noneMatch(
          line -> line.contains(folder.toString()));
    }
  }

  @Test
  void generatedDigitsAreLearnedFromSharedMemory() throws Exception {
    Result result = run("--json");
    assertThat(result.status()).as(result.err()).isZero();
    JsonNode report = JsonMapper.shared().readTree(result.out());
    assertThat(report.get("test_accuracy").asDouble()).isGreaterThanOrEqualTo(0.95);
    assertThat(report.get("shared_bytes").asLong()).isGreaterThanOrEqualTo(24_000 * 784L);
    assertThat(report.get("reader_scans").asLong()).isPositive();
    assertThat(report.get("reader_scan_bytes").asLong()).isEqualTo(20_000 * (784L + 8));
    assertThat(report.get("processes").valueStream().map(process -> process.get("name").asString()))
        .containsExactly("peer", "trainer", "reader");
    assertThat(report.get("processes").valueStream().map(process -> process.get("pss_bytes").asLong()))
        .allMatch(bytes -> bytes > 10 << 20);
    assertNothingIsLeft();
  }

  @Test
  void mnistIsLearnedFromSharedMemory() throws Exception {
    assumeThat(MNIST).as("the MNIST files, which lie beside the project where they may").exists();
    Result result = run("--data", MNIST.toString());
    assertThat(result.status()).as(result.err()).isZero();
    assertThat(result.out()).contains("import time", "ready to train", "test accuracy", "shared memory", "PROCESS");
    assertNothingIsLeft();
  }

  @Test
  void anAccuracyUnderTheBarIsAFailure() throws Exception {
    Result result = run("--train", "64", "--test", "100", "--epochs", "1", "--json");
    assertThat(result.status()).isEqualTo(1);
    assertThat(result.err()).hasLineCount(1).startsWith("packice: Cannot call this a success: it reads ")
        .contains("95 %", "--train");
    assertNothingIsLeft();
  }

  @Test
  void wrongDataIsOneLine() throws Exception {
    assertThat(run("--data", folder.toString(), "--json")).isEqualTo(new Result(1, "", "packice: Cannot find MNIST in "
        + folder
        + ": it has neither t10k-images-idx3-ubyte.gz nor t10k-images-idx3-ubyte; name the folder that has them\n"));
    assertThat(run("--train", "0").err()).hasLineCount(1).contains("--train must be 1 or more, not 0");
    assertNothingIsLeft();
  }

  /** Starts a demo and waits until all its processes are there. */
  private Process startAndAwaitChildren(List<ProcessHandle> children) throws IOException {
    Process demo = start();
    BufferedReader out = demo.inputReader();
    List<String> lines = new ArrayList<>();
    String line = out.readLine();
    while (line != null && !line.startsWith("Trainer:")) {
      lines.add(line);
      line = out.readLine();
    }
    assertThat(line).as(() -> lines + ", then the end").isNotNull();
    try (Stream<ProcessHandle> descendants = demo.descendants()) {
      descendants.forEach(children::add);
    }
    assertThat(children).hasSize(3);
    return demo;
  }

  @Test
  void ctrlCLeavesNothingBehind() throws Exception {
    List<ProcessHandle> children = new ArrayList<>();
    Process demo = startAndAwaitChildren(children);
    try {
      assertThat(new ProcessBuilder("kill", "-INT", String.valueOf(demo.pid())).start().waitFor()).isZero();
      assertThat(demo.waitFor(5, TimeUnit.MINUTES)).isTrue();
      assertThat(demo.exitValue()).isEqualTo(128 + 2);
      assertThat(children).noneMatch(ProcessHandle::isAlive);
      assertThat(demo.errorReader().readAllAsString()).isEmpty();
      assertNothingIsLeft();
    } finally {
      children.forEach(ProcessHandle::destroyForcibly);
    }
  }

  @Test
  void itsProcessesEndEvenIfItIsKilled() throws Exception {
    List<ProcessHandle> children = new ArrayList<>();
    Process demo = startAndAwaitChildren(children);
    try {
      demo.destroyForcibly().waitFor();
      await().atMost(Duration.ofMinutes(2)).until(() -> children.stream().noneMatch(ProcessHandle::isAlive));
    } finally {
      children.forEach(ProcessHandle::destroyForcibly);
    }
  }
}
