package io.packice.spark;

import static org.assertj.core.api.Assertions.assertThat;

import io.packice.Packice;
import io.packice.PackiceClient;
import io.packice.arrow.ArrowTable;
import io.packice.arrow.ArrowTables;
import io.packice.peers.FileSystemPeer;
import io.packice.process.Child;
import io.packice.spark.process.ArrowApplication;
import io.packice.spark.process.SparkApplication;
import io.packice.spark.testing.SparkPeer;
import io.packice.spark.testing.TestSpark;
import io.packice.transport.uds.UdsServer;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.SparkSession;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Several programs, each with a JVM of its own. */
class ProcessesTest {
  private static final long SUM = 100_000L * 99_999 / 2;

  /** What this JVM was started with, which Spark and Arrow need. */
  private static List<String> flags() {
    List<String> flags = new ArrayList<>(ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(flag -> !flag.startsWith("-javaagent") && !flag.startsWith("-Xm")).toList());
    flags.add("-Xmx600m");
    return flags;
  }

  @Test
  void whatOneApplicationWritesOthersReadFromTheSamePages() throws IOException, InterruptedException {
    try (SparkPeer peer = new SparkPeer()) {
      try (Child writer = new Child(flags(), SparkApplication.class, peer.address(), "write")) {
        assertThat(writer.line()).isEqualTo("written");
        writer.endInput();
        assertThat(writer.exitCode()).isZero();
      }
      String sparksPages;
      try (Child reader = new Child(flags(), SparkApplication.class, peer.address(), "read")) {
        assertThat(reader.line()).isEqualTo(Long.toString(SUM));
        sparksPages = reader.line();
        reader.endInput();
      }
      try (Child trainer = new Child(flags(), ArrowApplication.class, peer.address())) {
        assertThat(trainer.line()).isEqualTo(Long.toString(SUM));
        assertThat(sparksPages.split(",")).as("parts that Spark mapped").hasSizeGreaterThan(2);
        assertThat(trainer.line().split(",")).as("the same pages, and the manifest's").contains(sparksPages.split(","));
      }
      peer.requireIdle();
    }
  }

  @Test
  void aDriverThatIsKilledBeforeItsCommitLeavesNothing() throws IOException, InterruptedException {
    try (SparkPeer peer = new SparkPeer()) {
      try (Child writer = new Child(flags(), SparkApplication.class, peer.address(), "doom")) {
        assertThat(writer.line()).isEqualTo("filled");
        Awaitility.await().until(() -> peer.client().stats().drafts() > 5);
        writer.kill();
      }
      peer.requireIdle();
      assertThat(peer.client().list("")).isEmpty();
    }
  }

  @Test
  void aTableOutlivesARestartOfItsPeer(@TempDir Path folder) {
    Path socket = folder.resolve("peer.sock");
    SparkSession spark = TestSpark.newSession();
    spark.conf().set("spark.packice.peer", socket.toString());
    spark.conf().set("spark.sql.catalog.packice", PackiceCatalog.class.getName());
    try (FileSystemPeer peer = FileSystemPeer.open(folder.resolve("data"), 1 << 28);
        UdsServer _ = UdsServer.open(peer, socket)) {
      spark.range(1000).write().format("packice").option("partBytes", "2k").save("t");
    }
    try (FileSystemPeer peer = FileSystemPeer.open(folder.resolve("data"), 1 << 28);
        UdsServer _ = UdsServer.open(peer, socket); PackiceClient client = Packice.connect(peer)) {
      assertThat(spark.sql("SELECT sum(id), count(*) FROM packice.t").head().toSeq().mkString(" "))
          .isEqualTo("499500 1000");
      spark.range(1000, 1001).write().format("packice").mode("append").save("t");
      assertThat(spark.table("packice.t").count()).isEqualTo(1001);
      assertThat(client.stats().drafts()).isZero();
    }
  }

  /** Executors are JVMs of their own here, as on a cluster. */
  @Test
  @Tag("nightly")
  void whatAKilledExecutorWroteIsNotThereAndItsTasksAreDoneAgain(@TempDir Path folder)
      throws IOException, InterruptedException {
    Files.createDirectory(folder.resolve("jars")); // what a home of Spark has at least
    try (SparkPeer peer = new SparkPeer()) {
      List<String> command =
          new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
      command.addAll(flags());
      command.addAll(List.of("-Dpackice.master=local-cluster[2,1,1024]",
          "-Dpackice.executor.flags="
              + String.join(" ", flags().stream().filter(flag -> flag.startsWith("--")).toList()),
          "-cp", System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
          SparkApplication.class.getName(), peer.address(), "lose"));
      ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile())
          .redirectError(folder.resolve("log").toFile());
      builder.environment().putAll(Map.of("SPARK_HOME", folder.toString(), "SPARK_SCALA_VERSION", "2.13",
          "SPARK_LOCAL_IP", "127.0.0.1", "JAVA_HOME", System.getProperty("java.home")));
      Process application = builder.start();
      String printed = new String(application.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

      assertThat(application.waitFor()).as("%s", Files.readString(folder.resolve("log"))).isZero();
      assertThat(printed).contains(SUM + " 100000");
      peer.requireIdle();
      try (ArrowTable table = new ArrowTables(peer.client()).open("shared.t")) {
        assertThat(peer.client().list("shared.t/part-")).hasSize(table.batchCount());
      }
    }
  }
}
