package io.packice.process;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A JVM of a test's own: it prints lines, the test reads them, and it ends with the test. */
public final class Child implements AutoCloseable {
  private final Process process;
  private final BufferedReader out;
  private final PrintStream in;

  /** Starts a main class of the test class path. */
  public Child(Class<?> main, Object... arguments) throws IOException {
    this(List.of(), main, arguments);
  }

  /** Starts a main class of the test class path with more flags for its JVM. */
  public Child(List<String> jvmArguments, Class<?> main, Object... arguments) throws IOException {
    this(List.of(), jvmArguments, classPath(), main, arguments);
  }

  /** Starts a main class by another program, such as {@code nice}. */
  Child(List<String> starter, List<String> jvmArguments, String classPath, Class<?> main, Object... arguments)
      throws IOException {
    List<String> command = new ArrayList<>(starter);
    command.addAll(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "--enable-native-access=ALL-UNNAMED", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1",
        "-XX:-CreateCoredumpOnCrash",
        "-XX:ErrorFile=/dev/null", "-Xmx256m"));
    command.addAll(jvmArguments);
    command.addAll(List.of("-cp", classPath, main.getName()));
    for (Object argument : arguments) {
      command.add(argument.toString());
    }
    this.process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    this.out = process.inputReader(StandardCharsets.UTF_8);
    this.in = new PrintStream(process.getOutputStream(), true, StandardCharsets.UTF_8);
  }

  /** The class path of this process. */
  static String classPath() {
    return System.getProperty("surefire.real.class.path", System.getProperty("java.class.path"));
  }

  /** Starts a main class that shall disturb others by what it does, and not by the processor time that it takes. */
  public static Child nice(Class<?> main, Object... arguments) throws IOException {
    return new Child(List.of("nice", "-n", "19"), List.of(), classPath(), main, arguments);
  }

  /** The next line that it prints. */
  public String line() throws IOException {
    String line = out.readLine();
    if (line == null) {
      throw new IOException("the child ended: " + process);
    }
    return line;
  }

  /** What else it prints, until it ends. */
  public List<String> remainingLines() {
    return out.lines().toList();
  }

  /** Ends its standard input, which is what the children of these tests wait for. */
  public void endInput() {
    in.close();
  }

  /** Its process id. */
  public long pid() {
    return process.pid();
  }

  /** Ends it as {@code kill -9} does, and waits until it is gone. */
  public void kill() throws InterruptedException {
    process.destroyForcibly();
    process.waitFor();
  }

  /** Waits for it to end by itself. */
  public int exitCode() throws InterruptedException {
    if (!process.waitFor(5, TimeUnit.MINUTES)) {
      throw new AssertionError("the child does not end: " + process);
    }
    return process.exitValue();
  }

  /** Ends its standard input, and then the child itself if need be. */
  @Override
  public void close() {
    in.close();
    try {
      if (!process.waitFor(10, TimeUnit.SECONDS)) {
        kill();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
