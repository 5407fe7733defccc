package io.packice.cli.demo;

import io.packice.Packice;
import io.packice.PackiceClient;
import io.packice.cli.command.BaseCommand;
import io.packice.cli.command.ByteSize;
import io.packice.cli.command.CliException;
import io.packice.cli.command.Console;
import io.packice.cli.command.Durations;
import io.packice.cli.command.Failures;
import io.packice.cli.command.Quantity;
import io.packice.cli.demo.DemoReport.Reading;
import io.packice.cli.demo.DemoReport.Row;
import io.packice.cli.demo.DemoReport.Training;
import io.packice.cli.tables.Imports;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** {@code packice demo}. */
@Command(name = "demo",
    description = {"Show it all at work: a peer in a process of its own, digits imported once, a small network"
        + " that trains from them in a second process, while a third reads the same memory.",
        "It needs about 20 seconds, 1.5 GiB of memory, and leaves nothing behind."},
    footer = {"  packice demo",
        "  packice demo --data ~/mnist      real handwriting instead of generated"})
public final class DemoCommand extends BaseCommand {
  private static final double GENERATED_BAR = 0.95;
  private static final double MNIST_BAR = 0.90;
  private static final String TRAIN = "demo/train";
  private static final String TEST = "demo/test";
  private static final Duration SAMPLING = Duration.ofMillis(100);

  @Option(names = "--data", paramLabel = "DIR", description = "A folder with the test files of MNIST,"
      + " t10k-images-idx3-ubyte and t10k-labels-idx1-ubyte, with or without .gz.") private @Nullable Path data;

  @Option(names = "--train", paramLabel = "N",
      description = "How many digits to train with; 20000 generated, or 8000 of MNIST.") private @Nullable Integer train;

  @Option(names = "--test", paramLabel = "N",
      description = "How many digits to test with; 4000 generated, or 2000 of MNIST.") private @Nullable Integer test;

  @Option(names = "--seed", paramLabel = "N",
      description = "What the generated digits follow from; ${DEFAULT-VALUE} if not given.") private long seed = 42;

  @Option(names = "--epochs", paramLabel = "N",
      description = "How often each digit is trained with; ${DEFAULT-VALUE} if not given.") private int epochs = 2;

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private CommandSpec spec;

  private final DemoJvms jvms;

  /**
   * The command.
   *
   * @param console what it talks to
   * @param main the main class of the processes that it starts
   */
  public DemoCommand(Console console, Class<?> main) {
    super(console);
    this.jvms = new DemoJvms(main);
  }

  @Override
  protected int run() throws IOException, InterruptedException {
    requireAtLeastOne(epochs, "--epochs");
    int trainCount = count(train, data == null ? 20_000 : 8_000, "--train");
    int testCount = count(test, data == null ? 4_000 : 2_000, "--test");
    DemoReport report;
    try (Workspace workspace = Workspace.create("packice-demo-")) {
      try {
        report = run(workspace, trainCount, testCount);
      } catch (IOException | RuntimeException failure) {
        if (workspace.stopping()) {
          return Failures.REFUSED; // Ctrl-C: the process ends with the code of the signal
        }
        throw failure;
      }
    }
    if (json()) {
      printJson(report.fields());
    } else {
      report.printTo(console);
      say("The processes, the socket and the temporary folder are gone.");
    }
    checkAccuracy(report.training().accuracy());
    return 0;
  }

  private int count(@Nullable Integer given, int usual, String option) {
    return requireAtLeastOne(Objects.requireNonNullElse(given, usual), option);
  }

  private int requireAtLeastOne(int count, String option) {
    if (count < 1) {
      throw new ParameterException(spec.commandLine(), option + " must be 1 or more, not " + count);
    }
    return count;
  }

  private DemoReport run(Workspace workspace, int trainCount, int testCount) throws IOException, InterruptedException {
    Path socket = workspace.folder().resolve("packice.sock");
    ChildJvm peer = workspace.start("peer", jvms.peer("serve", "--json", "--with-parent", "--memory", "1g",
        "--socket", socket.toString()));
    DemoData digits = digits(workspace.folder(), trainCount, testCount);
    String _ = peer.line();
    say("Peer:      process " + peer.pid() + " holds shared memory behind " + socket);
    try (PackiceClient client = Packice.connect(socket)) {
      Duration importTime = importTables(client, digits);
      long sharedBytes = client.stats().liveBytes();
      say("Import:    tables " + TRAIN + " and " + TEST + ", " + ByteSize.format(sharedBytes) + " of shared memory in "
          + Durations.format(importTime));
      return train(workspace, peer, socket, new DemoReport.Import(trainCount, testCount, importTime, sharedBytes));
    }
  }

  private DemoData digits(Path folder, int trainCount, int testCount) throws IOException {
    if (data != null) {
      DemoData digits = DemoData.splitMnist(data, folder, trainCount, testCount);
      say("Digits:    MNIST from " + data + ", " + trainCount + " to train and " + testCount + " to test");
      return digits;
    }
    say("Digits:    drawing " + trainCount + " to train and " + testCount + " to test, seed " + seed + " …");
    return DemoData.generate(folder, trainCount, testCount, seed);
  }

  private Duration importTables(PackiceClient client, DemoData digits) throws IOException {
    long startNanos = System.nanoTime();
    Imports.idx(client, TRAIN, digits.train().images(), digits.train().labels());
    Imports.idx(client, TEST, digits.test().images(), digits.test().labels());
    return Duration.ofNanos(System.nanoTime() - startNanos);
  }

  private DemoReport train(Workspace workspace, ChildJvm peer, Path socket, DemoReport.Import imported)
      throws IOException, InterruptedException {
    ChildJvm reader = workspace.start("reader", jvms.reader("demo-read", TRAIN, "--socket", socket.toString()));
    ChildJvm trainer = workspace.start("trainer", jvms.trainer(workspace.folder(), "demo-train", "--train", TRAIN,
        "--test", TEST, "--epochs", String.valueOf(epochs), "--socket", socket.toString()));
    String _ = reader.line();
    say("Reader:    process " + reader.pid() + " reads " + TRAIN + " again and again");
    say("Trainer:   process " + trainer.pid() + " trains for " + Quantity.count(epochs, "epoch")
        + " from the same memory …");
    if (DemoJvms.unpacksNatives()) {
      say("           (first it unpacks PyTorch, 432 MB, to the temporary folder)");
    }
    Sampling sampling = new Sampling(List.of(peer, trainer, reader));
    String trained = trainer.line(SAMPLING);
    while (trained == null) {
      sampling.sample();
      trained = trainer.line(SAMPLING);
    }
    reader.stop();
    return new DemoReport(imported, training(trained), reading(reader.line()), sampling.best);
  }

  private Training training(String json) {
    JsonNode fields = JsonMapper.shared().readTree(json);
    return new Training(epochs, Duration.ofNanos(Math.round(fields.get("ready_seconds").asDouble() * 1e9)),
        fields.get("samples_per_second").asDouble(), fields.get("test_accuracy").asDouble());
  }

  private static Reading reading(String json) {
    JsonNode fields = JsonMapper.shared().readTree(json);
    return new Reading(fields.get("scans").asLong(), fields.get("bytes").asLong(), fields.get("seconds").asDouble(),
        fields.get("median_scan_seconds").asDouble());
  }

  /** Looks at the memory of the processes now and then, and keeps the moment at which they shared most. */
  private static final class Sampling {
    private final List<ChildJvm> processes;
    private List<Row> best = List.of();
    private long mostSaved = -1;

    Sampling(List<ChildJvm> processes) {
      this.processes = processes;
    }

    void sample() throws IOException {
      List<Row> rows = new ArrayList<>();
      for (ChildJvm process : processes) {
        rows.add(new Row(process.name(), process.pid(), ProcessMemory.of(process.pid())));
      }
      long saved =
          rows.stream().mapToLong(row -> row.memory().mappedBytes() - row.memory().mappedProportionalBytes()).sum();
      if (saved >= mostSaved) {
        mostSaved = saved;
        best = rows;
      }
    }
  }

  private void checkAccuracy(double accuracy) throws IOException {
    double bar = data == null ? GENERATED_BAR : MNIST_BAR;
    if (accuracy < bar) {
      console.flush();
      throw new CliException(
          String.format("Cannot call this a success: it reads %.1f %% of the test digits, %.0f %% are expected;"
              + " give it more digits (--train) or epochs (--epochs)", 100 * accuracy, 100 * bar),
          null);
    }
  }

  private void say(String line) throws IOException {
    if (!json()) {
      console.line(line);
      console.flush();
    }
  }
}
