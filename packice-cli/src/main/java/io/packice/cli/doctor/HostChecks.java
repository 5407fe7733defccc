package io.packice.cli.doctor;

import io.packice.cli.command.ByteSize;
import io.packice.cli.command.CliException;
import io.packice.cli.serve.Settings;

import io.packice.transport.http.HttpOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/** The kernel's limits, as they are in force for this process. */
final class HostChecks {
  static final long ENOUGH_FILES = 65_536;
  private static final long FEW_FILES = 1024;
  private static final long FILES_PER_TRANSFER = 2;
  private static final long FEW_THREADS = 128;
  private static final long ENOUGH_THREADS = 1024;
  private static final long ENOUGH_MAPPINGS = 65_530;
  private static final int NEVER_OVERCOMMIT = 2;
  private static final long KIB = 1024;

  private final Path root;
  private final Settings settings;

  /** Looks at the files below a folder, which is {@code /} but in tests. */
  HostChecks(Path root, Settings settings) {
    this.root = root;
    this.settings = settings;
  }

  List<Check> all() {
    return List.of(openFiles(), threads(), mappings(), lockedMemory(), memory(), overcommit());
  }

  private Check openFiles() {
    OptionalLong limit = limit("Max open files");
    String each = settings.impl().usesMemory() ? "a peer in memory keeps one for each object"
        : "a peer needs one for each connection, and one for each object that is being read or written";
    if (limit.isEmpty()) {
      return Check.ok("open files", "unlimited");
    }
    HttpOptions http = settings.http();
    String found = "up to " + limit.getAsLong() + "; " + each
        + (http == null ? "" : "; HTTP has up to " + http.limits().connections() + " connections");
    String advice =
        "LimitNOFILE=1048576 in the systemd unit, --ulimit nofile=1048576 for a container, ulimit -n 1048576 in a shell";
    if (limit.getAsLong() < FEW_FILES) {
      return Check.fail("open files", found, advice);
    }
    long enough = settings.impl().usesMemory() ? ENOUGH_FILES
        : FEW_FILES + (http == null ? 0 : FILES_PER_TRANSFER * http.limits().connections());
    return limit.getAsLong() < enough ? Check.warn("open files", found, advice) : Check.ok("open files", found);
  }

  /** Of the user, and of the control groups around this process. */
  private Check threads() {
    long limit = Math.min(limit("Max processes").orElse(Long.MAX_VALUE),
        controlGroup("pids", "pids.max", "pids.max").orElse(Long.MAX_VALUE));
    String each = "a peer has one for each connection to its socket, and some 50 besides";
    if (limit == Long.MAX_VALUE) {
      return Check.ok("threads", "unlimited; " + each);
    }
    String found = "up to " + limit + "; " + each;
    String advice = "TasksMax=8192 in the systemd unit, --pids-limit 8192 for a container, ulimit -u 8192 in a shell";
    return limit < FEW_THREADS ? Check.fail("threads", found, advice)
        : limit < ENOUGH_THREADS ? Check.warn("threads", found, advice) : Check.ok("threads", found);
  }

  private Check mappings() {
    long limit = number("proc/sys/vm/max_map_count").orElse(ENOUGH_MAPPINGS);
    String found = "up to " + limit + " in a process; a client has one for each object that it reads or writes";
    return limit >= ENOUGH_MAPPINGS ? Check.ok("mappings", found)
        : Check.warn("mappings", found, "sysctl -w vm.max_map_count=262144, and the same in /etc/sysctl.d");
  }

  private Check lockedMemory() {
    OptionalLong limit = limit("Max locked memory");
    return Check.ok("memlock", (limit.isEmpty() ? "unlimited" : "up to " + ByteSize.format(limit.getAsLong()))
        + "; Packice locks no memory, so it does not matter");
  }

  /** What the machine has, or the tightest control group around this process. */
  private Check memory() {
    long machine = meminfo("MemTotal").orElseThrow(() -> new CliException("Cannot tell how much memory there is: "
        + root.resolve("proc/meminfo") + " does not say; mount /proc", null));
    OptionalLong group = controlGroup("memory", "memory.max", "memory.limit_in_bytes");
    long available = Math.min(machine, group.orElse(Long.MAX_VALUE));
    String found = ByteSize.format(available) + (group.isPresent() && group.getAsLong() < machine
        ? " in this control group of a machine with " + ByteSize.format(machine) : " in this machine");
    ByteSize wanted = settings.memory();
    if (wanted == null) {
      return Check.ok("memory", found + "; objects live in files, and files in its cache");
    }
    found += ", " + wanted + " of it for objects; the JVM of the peer takes some 200 MiB besides";
    String advice = "--memory " + new ByteSize(Math.max(KIB * KIB, available / 2 / (KIB * KIB) * KIB * KIB)).exact()
        + ", or more memory" + (group.isPresent() ? ": MemoryMax= in the systemd unit, --memory of the container" : "");
    if (wanted.bytes() > available) {
      return Check.fail("memory", found, advice);
    }
    return wanted.bytes() > available / 10 * 8 ? Check.warn("memory", found, advice) : Check.ok("memory", found);
  }

  /** The tightest limit of a controller, under its name in the second version and in the first. */
  private OptionalLong controlGroup(String controller, String file, String oldFile) {
    return lines("proc/self/cgroup").map(line -> line.split(":", 3)).filter(parts -> parts.length == 3)
        .flatMapToLong(parts -> parts[0].equals("0") ? limits("sys/fs/cgroup", parts[2], file)
            : ("," + parts[1] + ",").contains("," + controller + ",")
                ? limits("sys/fs/cgroup/" + controller, parts[2], oldFile)
            : LongStream.empty())
        .min();
  }

  /** Those of a group and of all around it. */
  private LongStream limits(String mount, String group, String file) {
    Path top = root.resolve(mount);
    Path innermost = top.resolve(group.replaceFirst("^/+", "")).normalize();
    return Stream.iterate(innermost, path -> path != null && path.startsWith(top), Path::getParent)
        .map(path -> number(root.relativize(path.resolve(file)).toString())).filter(OptionalLong::isPresent)
        .mapToLong(OptionalLong::getAsLong);
  }

  private Check overcommit() {
    long mode = number("proc/sys/vm/overcommit_memory").orElse(0);
    OptionalLong limit = meminfo("CommitLimit");
    OptionalLong used = meminfo("Committed_AS");
    ByteSize wanted = settings.memory();
    if (mode != NEVER_OVERCOMMIT || limit.isEmpty() || used.isEmpty() || wanted == null) {
      return Check.ok("overcommit", "vm.overcommit_memory is " + mode
          + (mode == NEVER_OVERCOMMIT ? "; objects live in files" : ", so memory is refused only when there is none"));
    }
    long left = Math.max(0, limit.getAsLong() - used.getAsLong());
    String found = "vm.overcommit_memory is 2, and " + ByteSize.format(left) + " may still be promised";
    return wanted.bytes() <= left ? Check.ok("overcommit", found)
        : Check.fail("overcommit", found + ", less than " + wanted,
            "sysctl -w vm.overcommit_memory=0, a higher vm.overcommit_ratio, or a smaller --memory");
  }

  // ---- files of the kernel

  /** A soft limit; empty if there is none. */
  private OptionalLong limit(String name) {
    return lines("proc/self/limits").filter(line -> line.startsWith(name + " "))
        .map(line -> line.substring(name.length()).strip().replaceFirst("\\s.*", ""))
        .filter(value -> value.matches("\\d+"))
        .mapToLong(Long::parseLong).findFirst();
  }

  private OptionalLong meminfo(String name) {
    return lines("proc/meminfo").filter(line -> line.startsWith(name + ":"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D+", "")) * KIB).findFirst();
  }

  private OptionalLong number(String file) {
    return lines(file).filter(line -> line.strip().matches("\\d{1,19}"))
        .mapToLong(line -> Long.parseLong(line.strip())).findFirst();
  }

  /** Of a file that a kernel or a container may not have. */
  private Stream<String> lines(String file) {
    try {
      return Files.readAllLines(root.resolve(Objects.requireNonNull(file))).stream();
    } catch (IOException unknown) {
      return Stream.empty();
    }
  }
}
