package io.packice.spark.submit;

import static org.assertj.core.api.Assertions.assertThat;

import io.packice.Packice;
import io.packice.PackiceClient;
import io.packice.peers.MemoryPeer;
import io.packice.transport.uds.UdsServer;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SparkSubmitTest {
  private static final Path JAR = Path.of(System.getProperty("packice.runtime.jar"));
  /** What a distribution of Spark does not have. */
  private static final Pattern NOT_SPARKS = Pattern.compile(
      "(packice|junixsocket|arrow-memory-unsafe|jackson-(core|databind)-3|junit|assertj|awaitility|fastcsv|dec-).*|classes|test-classes");

  @TempDir private Path folder;

  @Test
  void theJarHasNothingThatMayClashWithSparks() throws IOException {
    try (JarFile jar = new JarFile(JAR.toFile())) {
      TreeSet<String> packages = jar.stream().map(JarEntry::getName)
          .filter(name -> name.endsWith(".class") && !name.startsWith("META-INF/"))
          .map(name -> Arrays.stream(name.split("/")).limit(3).collect(Collectors.joining("/")))
          .collect(Collectors.toCollection(TreeSet::new));
      assertThat(packages).allMatch(name -> name.startsWith("io/packice/") || name.startsWith("org/newsclub/")
          || name.startsWith("com/kohlschutter/"));
      assertThat(packages).contains("io/packice/shaded", "io/packice/spark");
    }
  }

  /** The application as a user would package it. */
  private Path application() throws IOException {
    Path jar = folder.resolve("application.jar");
    String entry = SubmittedApplication.class.getName().replace('.', '/') + ".class";
    try (OutputStream file = Files.newOutputStream(jar); JarOutputStream out = new JarOutputStream(file);
        InputStream in = SubmittedApplication.class.getClassLoader().getResourceAsStream(entry)) {
      out.putNextEntry(new JarEntry(entry));
      out.write(in.readAllBytes());
      out.closeEntry();
    }
    return jar;
  }

  private static String sparksClassPath() {
    String all = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    return Arrays.stream(all.split(File.pathSeparator))
        .filter(entry -> !NOT_SPARKS.matcher(Path.of(entry).getFileName().toString()).matches())
        .collect(Collectors.joining(File.pathSeparator));
  }

  @Test
  @Tag("nightly")
  void sparkSubmitNeedsNothingButTheJar() throws IOException, InterruptedException {
    Path socket = folder.resolve("peer.sock");
    try (MemoryPeer peer = MemoryPeer.create(1L << 28); UdsServer _ = UdsServer.open(peer, socket);
        PackiceClient client = Packice.connect(peer)) {
      List<String> command =
          new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
      ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
          .filter(flag -> flag.startsWith("--") || flag.startsWith("-D"))
          .forEach(command::add);
      command.addAll(List.of("-cp", sparksClassPath(), "org.apache.spark.deploy.SparkSubmit", "--master", "local[2]",
          "--conf", "spark.ui.enabled=false", "--conf", "spark.driver.host=127.0.0.1", "--conf",
          "spark.driver.bindAddress=127.0.0.1", "--conf", "spark.packice.peer=" + socket, "--conf",
          "spark.sql.catalog.packice=io.packice.spark.PackiceCatalog", "--jars", JAR.toString(), "--class",
          SubmittedApplication.class.getName(), application().toString()));
      Path log = folder.resolve("log");
      Process submitted = new ProcessBuilder(command).directory(folder.toFile())
          .redirectError(log.toFile()).start();
      String printed = new String(submitted.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

      assertThat(submitted.waitFor()).as("%s%s", printed, Files.readString(log)).isZero();
      assertThat(printed).contains("sum 50005000 name 9999 7");
      assertThat(client.list("submitted.t/part-").count()).isGreaterThan(3);
      assertThat(client.stats().drafts()).isZero();
    }
  }
}
