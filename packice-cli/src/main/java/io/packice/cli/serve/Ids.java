package io.packice.cli.serve;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;

/**
 * Numbers of users and groups, which people write as names. The system's {@code getent} is asked, because it knows what stands in no file, such as the
 * users of a directory service; the JDK keeps the numbers that it finds to itself.
 */
final class Ids {
  private static final Pattern NUMBER = Pattern.compile("-?\\d{1,18}");
  private static final int FIELD_OF_ID = 2;
  private static final int NOT_FOUND = 2;
  private static final long TIMEOUT_SECONDS = 20;

  private Ids() {
  }

  /** Of a user. */
  static final class OfUser implements ITypeConverter<Long> {
    @Override
    public Long convert(String text) {
      return id("user", "passwd", text.strip());
    }
  }

  /** Of a group. */
  static final class OfGroup implements ITypeConverter<Long> {
    @Override
    public Long convert(String text) {
      return id("group", "group", text.strip());
    }
  }

  private static long id(String what, String database, String text) {
    if (NUMBER.matcher(text).matches()) {
      return Long.parseLong(text);
    }
    if (text.isEmpty() || text.startsWith("-")) {
      throw refusal(what, text, "that is no name", null);
    }
    try {
      return find(what, database, text);
    } catch (IOException e) {
      throw refusal(what, text, "names need the program getent, which does not run here", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw refusal(what, text, "this thread was interrupted", e);
    }
  }

  private static long find(String what, String database, String name) throws IOException, InterruptedException {
    Process getent =
        new ProcessBuilder("getent", database, name).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    CompletableFuture.delayedExecutor(TIMEOUT_SECONDS, TimeUnit.SECONDS).execute(getent::destroyForcibly); // a directory that is away
    getent.getOutputStream().close();
    String line = new String(getent.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    int status = getent.waitFor();
    String[] fields = line.strip().split(":", -1);
    if (status == 0 && fields.length > FIELD_OF_ID) {
      return Long.parseLong(fields[FIELD_OF_ID]);
    }
    throw refusal(what, name, status == NOT_FOUND ? "this system knows no such " + what
        : "getent ended with status " + status, null);
  }

  private static IllegalArgumentException refusal(String what, String name, String why, @Nullable Throwable cause) {
    return new IllegalArgumentException(
        "Cannot find the " + what + " \"" + name + "\": " + why + "; give its name or number", cause);
  }
}
