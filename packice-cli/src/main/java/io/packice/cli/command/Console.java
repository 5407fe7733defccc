package io.packice.cli.command;

import java.io.BufferedOutputStream;
import java.io.BufferedWriter;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.channels.Channels;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a command talks to: standard streams, the environment, and whether a person is looking. Text is UTF-8. Unlike
 * {@link System#out} it reports what could not be written. For one thread at a time.
 */
public final class Console {
  private final InputStream in;
  private final StandardOutput out;
  private final boolean isFile;
  private final PrintStream err;
  private final Map<String, String> environment;
  private final BufferedWriter text;
  private final StringWriter help = new StringWriter();

  /**
   * Streams and variables that the caller gives.
   *
   * @param in standard input
   * @param out standard output
   * @param err standard error
   * @param environment the variables
   */
  public Console(InputStream in, OutputStream out, PrintStream err, Map<String, String> environment) {
    this.in = in;
    this.out = new StandardOutput(out);
    this.isFile = out instanceof FileOutputStream;
    this.err = err;
    this.environment = Map.copyOf(environment);
    this.text = new BufferedWriter(new OutputStreamWriter(this.out, StandardCharsets.UTF_8));
  }

  /**
   * The console of this process.
   *
   * @return this process's
   */
  public static Console system() {
    return new Console(new FileInputStream(FileDescriptor.in), new FileOutputStream(FileDescriptor.out),
        new PrintStream(new BufferedOutputStream(new FileOutputStream(FileDescriptor.err)), true,
            StandardCharsets.UTF_8),
        System.getenv());
  }

  /**
   * One line on standard output.
   *
   * @param line the text, without its end
   * @throws IOException if that cannot be read or written
   */
  public void line(String line) throws IOException {
    text.write(line);
    text.write('\n');
  }

  /**
   * Sends what was written so far on its way.
   *
   * @throws IOException if that cannot be read or written
   */
  public void flush() throws IOException {
    text.append(help.getBuffer());
    help.getBuffer().setLength(0);
    text.flush();
    out.flush();
  }

  /**
   * Standard output for bytes.
   *
   * @return the stream; not to be closed
   * @throws IOException if that cannot be read or written
   */
  public WritableByteChannel outChannel() throws IOException {
    flush();
    return out.channel();
  }

  /**
   * Standard input for bytes.
   *
   * @return the stream; not to be closed
   */
  public ReadableByteChannel inChannel() {
    return Channels.newChannel(in);
  }

  /**
   * Standard input.
   *
   * @return the stream; not to be closed
   */
  public InputStream in() {
    return in;
  }

  /**
   * Standard error, for messages and progress.
   *
   * @return the stream; not to be closed
   */
  public PrintStream err() {
    return err;
  }

  /**
   * Standard output for picocli's help: kept until {@link #flush}, because a print writer does not tell of failures.
   *
   * @return the writer; not to be closed
   */
  public PrintWriter helpWriter() {
    return new PrintWriter(help);
  }

  /**
   * Standard error for picocli.
   *
   * @return the writer; not to be closed
   */
  public PrintWriter errWriter() {
    return new PrintWriter(err, true, StandardCharsets.UTF_8);
  }

  /**
   * An environment variable; null if it is not set or empty.
   *
   * @param name its name
   * @return its value; null if it is not set
   */
  @Nullable
  public String variable(String name) {
    String value = environment.get(name);
    return value == null || value.isBlank() ? null : value;
  }

  /** All environment variables. */
  Map<String, String> environment() {
    return environment;
  }

  /**
   * The names of all that are set.
   *
   * @return their names
   */
  public Set<String> variables() {
    return environment.keySet();
  }

  /**
   * Whether a person looks at standard output.
   *
   * @return whether it is a terminal
   */
  public boolean outIsTerminal() {
    return isFile && isTerminal(1);
  }

  boolean errIsTerminal() {
    return isFile && isTerminal(2);
  }

  /** {@link System#console} tells only whether input and output both are one. */
  private static boolean isTerminal(int fd) {
    try {
      String target = Files.readSymbolicLink(Path.of("/proc/self/fd/" + fd)).toString();
      return target.startsWith("/dev/pts/") || target.startsWith("/dev/tty") || target.equals("/dev/console");
    } catch (IOException closed) {
      return false;
    }
  }
}
