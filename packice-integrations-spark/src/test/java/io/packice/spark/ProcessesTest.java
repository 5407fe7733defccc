package io.packice.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;

import io.packice.Packice;
import io.packice.PackiceClient;
import io.packice.arrow.ArrowTable;
import io.packice.arrow.ArrowTables;
import io.packice.peers.FileSystemPeer;
import io.packice.process.Child;
import io.packice.spark.process.DjlApplication;
import io.packice.spark.process.SharedPages;
import io.packice.spark.process.SparkApplication;
import io.packice.spark.testing.SparkPeer;
import io.packice.spark.testing.TestSpark;
import io.packice.transport.uds.UdsServer;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
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

  /** With parts that stay mapped after a query. */
  private static List<String> lingering() {
    List<String> flags = flags();
    flags.add("-Dspark.packice.linger=1h");
    return flags;
  }

  private static List<String> engineFlags() {
    List<String> flags = flags();
    flags.addAll(List.of("-Dai.djl.offline=true", "-Dai.djl.default_engine=PyTorch", "-Dai.djl.pytorch.num_threads=1",
        "-DDJL_CACHE_DIR=" + System.getProperty("DJL_CACHE_DIR")));
    return flags;
  }

  @Test
  void whatOneApplicationWritesAnotherAndATrainingReadFromTheSamePages() throws IOException, InterruptedException {
    try (SparkPeer peer = new SparkPeer()) {
      try (Child writer = new Child(flags(), SparkApplication.class, peer.address(), "write")) {
        assertThat(writer.line()).isEqualTo("written");
        writer.endInput();
        assertThat(writer.exitCode()).isZero();
      }
      try (Child reader = new Child(lingering(), SparkApplication.class, peer.address(), "read");
          Child trainer = new Child(engineFlags(), DjlApplication.class, peer.address())) {
        assertThat(reader.line()).isEqualTo(Long.toString(SUM));
        assertThat(trainer.line()).isEqualTo(Long.toString(SUM));
        List<String> sparksPages = List.of(reader.line().split(","));
        assertThat(sparksPages).as("parts that Spark mapped").hasSizeGreaterThan(2);
        assertThat(trainer.line().split(",")).as("the same pages, and the manifest's").containsAll(sparksPages);
        int parts = new ArrowTables(peer.client()).describe("shared.t").parts().size();
        Set<String> kept = new TreeSet<>();
        Awaitility.await().atMost(Duration.ofMinutes(2)).until(() -> { // the manifest is let go when the query is over
          kept.clear();
          kept.addAll(SharedPages.inodes(Long.toString(reader.pid())));
          kept.retainAll(sparksPages);
          return kept.size() == parts;
        });
        SharedPages sparks = SharedPages.of(reader.pid(), kept);
        SharedPages djls = SharedPages.of(trainer.pid(), kept);
        long table = new ArrowTables(peer.client()).describe("shared.t").byteSize();
        System.out.printf("of a table of %d KiB: Spark %s, DJL %s%n", table >> 10, sparks, djls);
        assertThat(djls.resident()).as("at least the ids").isGreaterThanOrEqualTo(100_000 * Long.BYTES);
        assertThat(djls.own()).as("bytes that Spark has not").isZero();
        assertThat(djls.proportional()).as("of each page half").isCloseTo(djls.resident() / 2, withinPercentage(2));
        assertThat(sparks.proportional() + djls.proportional()).as("both together")
            .isLessThanOrEqualTo(table + (64 << 10));
      }
      peer.requireIdle();
    }
  }

  /** On a cluster, here of a driver alone: where all is local there is nothing to prefer. */
  @Test
  void tasksPreferTheHostThatHasTheParts() throws IOException {
    try (SparkPeer peer = new SparkPeer()) {
      SparkSession spark = TestSpark.newSession();
      spark.range(10).write().format("packice").option("peer", peer.address()).save("shared.t");
      List<String> flags = flags();
      flags.add("-Dpackice.master=local-cluster[0,1,1024]");
      try (Child driver = new Child(flags, SparkApplication.class, peer.address(), "plan")) {
        assertThat(driver.line()).as("a socket is on the driver's host").isEqualTo("[127.0.0.1]");
        assertThat(driver.line()).isEqualTo("[node7]");
      }
      peer.requireIdle();
    }
  }

  @Test
  void aDriverThatIsKilledBeforeItsCommitLeavesNothing() throws IOException, InterruptedException {
    try (SparkPeer peer = new SparkPeer()) {
      try (Child writer = new Child(flags(), SparkApplication.class, peer.address(), "doom")) {
        assertThat(writer.line()).isEqualTo("filled");
        Awaitility.await().atMost(Duration.ofMinutes(2)).until(() -> peer.client().stats().drafts() > 5);
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

  @Test
  @Tag("nightly")
  void whatAKilledExecutorWroteIsNotThereAndItsTasksAreDoneAgain(@TempDir Path folder)
      throws IOException, InterruptedException {
    try (SparkPeer peer = new SparkPeer()) {
      assertThat(cluster(folder, 2, peer.address(), "lose")).contains(SUM + " 100000");
      peer.requireIdle();
      try (ArrowTable table = new ArrowTables(peer.client()).open("shared.t")) {
        assertThat(peer.client().list("shared.t/part-")).hasSize(table.batchCount());
      }
    }
  }

  @Test
  @Tag("nightly")
  void tasksInOtherProcessesReadTheVersionThatTheQueryBeganWith(@TempDir Path folder)
      throws IOException, InterruptedException {
    try (SparkPeer peer = new SparkPeer()) {
      assertThat(cluster(folder, 1, peer.address(), "keep")).contains(Long.toString(SUM));
      peer.requireIdle();
      assertThat(peer.client().list("")).isEmpty();
    }
  }

  /** Runs an application whose executors are JVMs of their own, as on a cluster, and gives what it has printed. */
  private static String cluster(Path folder, int executors, String... arguments)
      throws IOException, InterruptedException {
    Files.createDirectory(folder.resolve("jars")); // what a home of Spark has at least
    List<String> command =
        new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
    command.addAll(flags());
    command.addAll(List.of("-Dpackice.master=local-cluster[" + executors + ",1,1024]",
        "-Dpackice.executor.flags="
            + String.join(" ", flags().stream().filter(flag -> flag.startsWith("--")).toList()),
        "-cp", System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
        SparkApplication.class.getName()));
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile())
        .redirectError(folder.resolve("log").toFile());
    builder.environment().putAll(Map.of("SPARK_HOME", folder.toString(), "SPARK_SCALA_VERSION", "2.13",
        "SPARK_LOCAL_IP", "127.0.0.1", "JAVA_HOME", System.getProperty("java.home")));
    Process application = builder.start();
    String printed = new String(application.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(application.waitFor()).as("%s", Files.readString(folder.resolve("log"))).isZero();
    return printed;
  }
}
