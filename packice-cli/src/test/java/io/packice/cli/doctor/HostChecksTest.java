package io.packice.cli.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import io.packice.backends.memory.MemoryBackend;
import io.packice.cli.command.ByteSize;
import io.packice.cli.command.Evict;
import io.packice.cli.doctor.Check.Grade;
import io.packice.cli.serve.Impl;
import io.packice.cli.serve.LogFormat;
import io.packice.cli.serve.LogLevel;
import io.packice.cli.serve.ServeOptions.Served;
import io.packice.cli.serve.Settings;
import io.packice.cli.serve.Transport;
import io.packice.transport.uds.UdsAccess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is said of a machine's limits, whose files are written here as kernels write them. */
class HostChecksTest {
  @TempDir Path root;

  @BeforeEach
  void aGoodMachine() throws IOException {
    write("proc/self/limits", """
        Limit                     Soft Limit           Hard Limit           Units
        Max open files            1048576              1048576              files
        Max locked memory         8388608              8388608              bytes
        """);
    write("proc/sys/vm/max_map_count", "262144\n");
    write("proc/sys/vm/overcommit_memory", "0\n");
    write("proc/meminfo", "MemTotal:       16777216 kB\nCommitLimit:    10485760 kB\nCommitted_AS:    8388608 kB\n");
    write("proc/self/cgroup", "0::/\n");
  }

  private void write(String file, String text) throws IOException {
    Path path = root.resolve(file);
    Files.createDirectories(path.getParent());
    Files.writeString(path, text);
  }

  private Check check(String name, String memory) {
    Settings settings =
        new Settings(Path.of("/run/p.sock"), UdsAccess.OWNER_ONLY, Served.UDS_ONLY, Impl.MEM, ByteSize.parse(memory),
            MemoryBackend.MEMFD, null, null, Evict.LRU, ByteSize.parse("1g"), LogLevel.INFO, LogFormat.TEXT);
    return new HostChecks(root, settings).all().stream().filter(each -> each.name().equals(name)).findFirst()
        .orElseThrow();
  }

  private Check checkOfFiles(String name) {
    Settings settings =
        new Settings(Path.of("/run/p.sock"), UdsAccess.OWNER_ONLY, Served.UDS_ONLY, Impl.FS, null, null, root,
            ByteSize.parse("1t"), Evict.LRU, ByteSize.parse("1g"), LogLevel.INFO, LogFormat.TEXT);
    return new HostChecks(root, settings).all().stream().filter(each -> each.name().equals(name)).findFirst()
        .orElseThrow();
  }

  private static void assertOk(Check check) {
    assertThat(check.grade()).as(check.found()).isEqualTo(Grade.OK);
    assertThat(check.advice()).isNull();
  }

  private static void assertSays(Check check, Grade grade, String found, String advice) {
    assertThat(check.grade()).isEqualTo(grade);
    assertThat(check.found()).contains(found);
    assertThat(check.advice()).contains(advice);
  }

  @Test
  void aGoodMachineIsGood() {
    assertAllOk();
  }

  private void assertAllOk() {
    for (String name : new String[] {"open files", "threads", "mappings", "memlock", "memory", "overcommit"}) {
      assertOk(check(name, "8g"));
    }
  }

  @Test
  void aKernelThatDoesNotTellIsNoReasonToRefuse() throws IOException {
    for (String file : new String[] {"self/limits", "sys/vm/max_map_count", "sys/vm/overcommit_memory",
        "self/cgroup"}) {
      Files.delete(root.resolve("proc").resolve(file));
    }
    assertAllOk();
  }

  @Test
  void fewDescriptorsAreAWarningForMemoryAndVeryFewAFailure() throws IOException {
    write("proc/self/limits", "Max open files            4096                 4096                 files\n");
    assertSays(check("open files", "8g"), Grade.WARN, "up to 4096", "LimitNOFILE=");
    assertOk(checkOfFiles("open files"));
    write("proc/self/limits", "Max open files            256                  4096                 files\n");
    assertSays(check("open files", "8g"), Grade.FAIL, "up to 256", "ulimit -n");
    assertSays(checkOfFiles("open files"), Grade.FAIL, "up to 256", "--ulimit nofile=");
    write("proc/self/limits", "Max open files            unlimited            unlimited            files\n");
    assertOk(check("open files", "8g"));
  }

  @Test
  void fewThreadsAreAWarningAndVeryFewAFailure() throws IOException {
    write("proc/self/limits", "Max processes             1000                 unlimited            processes\n");
    assertSays(check("threads", "8g"), Grade.WARN, "up to 1000", "TasksMax=");
    write("proc/self/cgroup", "0::/packice.service\n");
    write("sys/fs/cgroup/packice.service/pids.max", "64\n");
    assertSays(check("threads", "8g"), Grade.FAIL, "up to 64", "--pids-limit");
    write("proc/self/limits", "Max processes             unlimited            unlimited            processes\n");
    write("sys/fs/cgroup/packice.service/pids.max", "max\n");
    assertOk(check("threads", "8g"));
  }

  @Test
  void theConnectionsOfHttpNeedDescriptorsToo() throws IOException {
    write("proc/self/limits", "Max open files            4096                 4096                 files\n");
    Settings settings = new Settings(Path.of("/run/p.sock"), UdsAccess.OWNER_ONLY,
        new Served(java.util.Set.of(Transport.HTTP), io.packice.transport.http.HttpOptions.DEFAULT, java.util.Map.of()),
        Impl.FS, null, null, root, ByteSize.parse("1t"), Evict.LRU, ByteSize.parse("1g"), LogLevel.INFO,
        LogFormat.TEXT);
    assertSays(new HostChecks(root, settings).all().getFirst(), Grade.WARN, "HTTP has up to 2048 connections",
        "LimitNOFILE=");
  }

  @Test
  void fewMappingsAreAWarning() throws IOException {
    write("proc/sys/vm/max_map_count", "1000\n");
    assertSays(check("mappings", "8g"), Grade.WARN, "up to 1000", "vm.max_map_count=262144");
  }

  @Test
  void moreMemoryThanThereIsIsAFailure() {
    assertSays(check("memory", "17g"), Grade.FAIL, "16 GiB in this machine, 17 GiB of it", "--memory 8g");
    assertSays(check("memory", "15g"), Grade.WARN, "15 GiB of it", "--memory 8g");
    assertOk(check("memory", "12g"));
    assertOk(checkOfFiles("memory"));
  }

  @Test
  void theTightestControlGroupCounts() throws IOException {
    write("proc/self/cgroup", "0::/system.slice/packice.service\n");
    write("sys/fs/cgroup/system.slice/packice.service/memory.max", "max\n");
    write("sys/fs/cgroup/system.slice/memory.max", "4294967296\n");
    assertSays(check("memory", "6g"), Grade.FAIL, "4.0 GiB in this control group of a machine with 16 GiB",
        "MemoryMax=");
    assertOk(check("memory", "2g"));
  }

  @Test
  void soDoesThatOfTheFirstVersion() throws IOException {
    write("proc/self/cgroup", "3:cpu,cpuacct:/x\n4:memory:/docker/abc\n");
    write("sys/fs/cgroup/memory/docker/abc/memory.limit_in_bytes", "4294967296\n");
    write("sys/fs/cgroup/memory/memory.limit_in_bytes", "9223372036854771712\n");
    assertSays(check("memory", "6g"), Grade.FAIL, "4.0 GiB in this control group", "MemoryMax=");
  }

  @Test
  void aKernelThatPromisesNoMoreThanItHasIsAsked() throws IOException {
    write("proc/sys/vm/overcommit_memory", "2\n");
    assertSays(check("overcommit", "3g"), Grade.FAIL, "2.0 GiB may still be promised, less than 3.0 GiB",
        "vm.overcommit_memory=0");
    assertOk(check("overcommit", "1g"));
    assertOk(checkOfFiles("overcommit"));
  }
}
