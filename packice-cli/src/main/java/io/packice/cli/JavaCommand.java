package io.packice.cli;

import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** The command line of a further JVM like this one: the same executable, class path and flags. For one thread. */
final class JavaCommand {
  /** Agents write files and listen on ports that belong to one process; memory is sized for it, too. */
  private static final Predicate<String> OWN = Predicate.not(flag -> flag.startsWith("-javaagent")
      || flag.startsWith("-agent") || flag.startsWith("-Xmx") || flag.startsWith("-Xms"));

  private final List<String> line = new ArrayList<>();

  private JavaCommand() {
  }

  /** A JVM that runs a main class of this class path. */
  static JavaCommand of(Class<?> main, String... moreFlags) {
    JavaCommand command = new JavaCommand();
    command.line.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    ManagementFactory.getRuntimeMXBean().getInputArguments().stream().filter(OWN).forEach(command.line::add);
    command.line.addAll(List.of(moreFlags));
    command.line.addAll(List.of("-cp", System.getProperty("surefire.real.class.path",
        System.getProperty("java.class.path")), main.getName()));
    return command;
  }

  JavaCommand args(String... args) {
    line.addAll(List.of(args));
    return this;
  }

  List<String> line() {
    return List.copyOf(line);
  }
}
