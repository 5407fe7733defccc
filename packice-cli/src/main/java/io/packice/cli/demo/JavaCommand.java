package io.packice.cli.demo;

import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** The command line of a further JVM like this one: the same executable, class path and flags. For one thread. */
public final class JavaCommand {
  /** Agents write files and listen on ports that belong to one process; memory is sized for it, too. */
  private static final Predicate<String> OWN = Predicate.not(flag -> flag.startsWith("-javaagent")
      || flag.startsWith("-agent") || flag.startsWith("-Xmx") || flag.startsWith("-Xms"));

  private final List<String> line = new ArrayList<>();

  private JavaCommand() {
  }

  /**
   * A JVM that runs a main class of this class path.
   *
   * @param main the main class
   * @param moreFlags flags of the JVM
   * @return the command, without arguments
   */
  public static JavaCommand of(Class<?> main, String... moreFlags) {
    JavaCommand command = new JavaCommand();
    command.line.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    ManagementFactory.getRuntimeMXBean().getInputArguments().stream().filter(OWN).forEach(command.line::add);
    command.line.addAll(List.of(moreFlags));
    command.line.addAll(List.of("-cp", System.getProperty("surefire.real.class.path",
        System.getProperty("java.class.path")), main.getName()));
    return command;
  }

  /**
   * Adds arguments of the main class.
   *
   * @param args the words
   * @return this command
   */
  public JavaCommand args(String... args) {
    line.addAll(List.of(args));
    return this;
  }

  /**
   * The words of the command line.
   *
   * @return a copy
   */
  public List<String> line() {
    return List.copyOf(line);
  }
}
