package io.packice.cli.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.packice.cli.Cli;
import io.packice.cli.Cli.Result;
import io.packice.cli.Main;
import io.packice.cli.demo.JavaCommand;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.io.TempDirFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * {@code doctor} and {@code serve} under what the documented systemd unit restricts, as far as a mount namespace and {@code setpriv} can make it: root alone may.
 * Users and control groups are not tried.
 */
class ServeInItsUnitTest {
  private static final Path UNIT =
      Path.of(System.getProperty("basedir", "")).toAbsolutePath().resolveSibling("docs/operations.md");

  /** What a line of the unit is here, as a step of a shell; {@code $KEPT} is a pattern of what cannot be hidden or made read-only. */
  private static final Map<String, String> STEPS = steps();

  /** What restricts nothing that a namespace could show. */
  private static final List<String> OTHER =
      List.of("User", "ExecStartPre", "ExecStart", "RuntimeDirectory", "RuntimeDirectoryMode",
          "StateDirectory", "TasksMax", "MemoryMax", "MemorySwapMax", "TimeoutStopSec", "SuccessExitStatus", "Restart",
          "RestartSec");

  private static Map<String, String> steps() {
    Map<String, String> steps = new LinkedHashMap<>();
    steps.put("PrivateTmp=yes", "mount -t tmpfs tmpfs /tmp; mount -t tmpfs tmpfs /var/tmp");
    steps.put("ProtectHome=yes", """
        for home in /home /root /run/user; do
          case $KEPT in *":$home/"*) ;; *) [ ! -d $home ] || mount -t tmpfs -o ro,mode=000 tmpfs $home ;; esac
        done""");
    steps.put("ProtectSystem=strict",
        """
            while read -r _ at _; do
              [ -e "$at" ] || continue # it lies below what is mounted now
              case $at in /dev | /dev/* | /proc | /proc/* | /sys | /sys/*) ;; /tmp | /var/tmp) [ -n "$PRIVATE_TMP" ] || mount -o remount,bind,ro $at ;;
                *) mount -o remount,bind,ro $at ;; esac
            done < /proc/mounts""");
    steps.put("LimitNOFILE=1048576", "ulimit -n 1048576 2> /dev/null || ulimit -n $(ulimit -H -n)");
    steps.put("NoNewPrivileges=yes", "NO_NEW=--no-new-privs");
    return steps;
  }

  /** On a file system that systemd leaves as it is. */
  static final class InSharedMemory implements TempDirFactory {
    @Override
    public Path createTempDirectory(org.junit.jupiter.api.extension.AnnotatedElementContext element,
        org.junit.jupiter.api.extension.ExtensionContext context) throws IOException {
      return Files.createTempDirectory(Path.of("/dev/shm"), "junit-");
    }
  }

  @TempDir(factory = InSharedMemory.class) Path folder;

  private Path socket;
  private Path data;

  @BeforeEach
  void requireNamespaces() throws Exception {
    assumeTrue(new ProcessBuilder("unshare", "--mount", "setpriv", "--no-new-privs", "true").start().waitFor() == 0,
        "only root may make a mount namespace");
    socket = folder.resolve("p.sock");
    data = folder.resolve("data");
  }

  private static Map<String, String> unit() throws IOException {
    Map<String, String> lines = new LinkedHashMap<>();
    String page = Files.readString(UNIT);
    page.substring(page.indexOf("[Service]"), page.indexOf("[Install]")).lines().skip(1)
        .filter(line -> line.contains("="))
        .forEach(line -> lines.put(line.substring(0, line.indexOf('=')), line));
    return lines;
  }

  /** Of its lines, those that restrict. */
  private static List<String> restrictions() throws IOException {
    return unit().entrySet().stream().filter(line -> !OTHER.contains(line.getKey())).map(Map.Entry::getValue).toList();
  }

  static Stream<String> eachAlone() throws IOException {
    return restrictions().stream();
  }

  private static List<String> within(List<String> restrictions) {
    List<String> script = new ArrayList<>(List.of("set -e", "mount --make-rprivate /", "NO_NEW=--inh-caps=-all"));
    if (restrictions.contains("PrivateTmp=yes")) {
      script.add("PRIVATE_TMP=yes");
    }
    STEPS.forEach((line, step) -> {
      if (restrictions.contains(line)) {
        script.add(step);
      }
    });
    script.add("exec setpriv $NO_NEW \"$@\"");
    // a build tool may have the class path in a jar of its own, or in another property
    String kept = Stream.of("java.class.path", "surefire.real.class.path", "surefire.test.class.path")
        .map(name -> System.getProperty(name, ""))
        .collect(Collectors.joining(":", ":" + System.getProperty("java.home") + "/:", ":"));
    return List.of("env", "KEPT=" + kept, "PRIVATE_TMP=", "unshare", "--mount", "sh", "-c", String.join("\n", script),
        "sh");
  }

  private Result run(List<String> within, String... args) throws Exception {
    List<String> command = new ArrayList<>(within);
    command.addAll(JavaCommand.of(Main.class).args(args).line());
    Process process = new ProcessBuilder(command).start();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    String err = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Result(process.waitFor(), out, err);
  }

  private String[] options(String command) {
    return new String[] {command, "--impl", "tiered", "--memory", "16m", "--disk", "64m", "--data-dir", data.toString(),
        "--transport", "uds,http", "--http-address", "127.0.0.1:0", "--socket", socket.toString()};
  }

  @Test
  void eachLineThatRestrictsIsTried() throws IOException {
    assertThat(STEPS.keySet()).containsExactlyInAnyOrderElementsOf(restrictions());
  }

  private void assertServes(List<String> within) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(within);
    command.addAll(JavaCommand.of(Main.class).args(options("serve")).line());
    Path log = folder.resolve("log");
    Process process = new ProcessBuilder(command).redirectError(log.toFile()).start();
    try {
      String line = process.inputReader().readLine();
      assertThat(line).as(() -> read(log)).startsWith("Packice listens on " + socket + " and http://127.0.0.1:");
      Map<String, String> here = Map.of("PACKICE_SOCKET", socket.toString());
      assertThat(Cli.execute(here, "some bytes", "put", "x").status()).isZero();
      assertThat(Cli.execute(here, "", "get", "x").out()).isEqualTo("some bytes");
      process.destroy();
      assertThat(process.waitFor()).as(() -> read(log)).isEqualTo(128 + 15);
    } finally {
      process.destroyForcibly().onExit().join();
    }
    assertThat(read(log)).doesNotContain("WARN", "ERROR", "Exception");
  }

  private static String read(Path log) {
    try {
      return Files.readString(log);
    } catch (IOException e) {
      return e.toString();
    }
  }

  @Test
  void theUnitOfTheDocumentsServes() throws Exception {
    List<String> within = within(restrictions());
    Result doctor = run(within, options("doctor"));
    assertThat(doctor.status()).as(doctor.out() + doctor.err()).isZero();
    assertServes(within);
  }

  @Tag("nightly")
  @ParameterizedTest
  @MethodSource("eachAlone")
  void eachRestrictionAloneServes(String restriction) throws Exception {
    assertServes(within(
        restriction.startsWith("ProtectSystem") ? List.of(restriction, "PrivateTmp=yes") : List.of(restriction)));
  }

  @Test
  void withoutAFolderForTemporaryFilesItSaysSoInOneLineAndDoctorKnowsBefore() throws Exception {
    List<String> within = within(restrictions().stream().filter(line -> !line.startsWith("PrivateTmp")).toList());
    Result doctor = run(within, options("doctor"));
    assertThat(doctor.status()).as(doctor.out()).isEqualTo(1);
    assertThat(doctor.out()).contains("fail  temporary files", "PrivateTmp=yes");
    Result serve = run(within, options("serve"));
    assertThat(serve.status()).isEqualTo(1);
    assertThat(serve.err()).hasLineCount(1)
        .startsWith("packice: Cannot use Unix sockets: the native library that they need cannot be unpacked to /tmp")
        .contains("Read-only file system", "PrivateTmp=yes");
  }
}
