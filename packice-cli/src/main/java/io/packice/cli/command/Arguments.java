package io.packice.cli.command;

import io.packice.core.Utf8;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The words of the command line as they were given. The JVM reads them by the locale, and in that of cron, of a service or a container every letter beyond
 * ASCII becomes the same question mark: {@code ä} and {@code ö} would be one object. Here they are UTF-8, whatever the locale.
 */
public final class Arguments {
  private static final Path OWN = Path.of("/proc/self/cmdline");

  private Arguments() {
  }

  /**
   * Reads them again, if the JVM may have read them wrongly.
   *
   * @throws IllegalArgumentException if one is not UTF-8
   * @param args the words
   * @return the words, as the bytes say in UTF-8
   * @throws IOException if that cannot be read or written
   */
  public static String[] utf8(String[] args) throws IOException {
    return utf8(args, OWN);
  }

  /**
   * The same, for what the kernel has of the command in a file: each word with a zero behind it, the JVM's options first.
   *
   * @param args the words
   * @param commandLine where the system keeps the words, as bytes
   * @return the words, as the bytes say in UTF-8
   * @throws IOException if that cannot be read or written
   */
  public static String[] utf8(String[] args, Path commandLine) throws IOException {
    if (List.of(args).stream().allMatch(Arguments::isAscii)) {
      return args;
    }
    List<String> words = words(Files.readAllBytes(commandLine), args.length);
    for (int i = 0; i < args.length; i++) {
      boolean isSame = isAscii(args[i]) ? args[i].equals(words.get(i)) : !isAscii(words.get(i));
      if (!isSame) {
        throw new IllegalArgumentException("Cannot read argument " + (i + 1)
            + ": it has letters beyond ASCII, which this JVM was given in another way than on its command line; give ASCII");
      }
    }
    return words.toArray(String[]::new);
  }

  private static boolean isAscii(String word) {
    return word.chars().allMatch(c -> c < 0x80);
  }

  /** The last words. */
  private static List<String> words(byte[] all, int count) {
    List<Integer> ends = new ArrayList<>();
    for (int at = 0; at < all.length; at++) {
      if (all[at] == 0) {
        ends.add(at);
      }
    }
    List<String> words = new ArrayList<>();
    for (int i = ends.size() - count; i < ends.size(); i++) {
      int start = i <= 0 ? 0 : ends.get(i - 1) + 1;
      words.add(i < 0 ? "" : word(all, start, ends.get(i), words.size() + 1));
    }
    return words;
  }

  private static String word(byte[] all, int start, int end, int number) {
    try {
      return Utf8.decode(all, start, end - start);
    } catch (CharacterCodingException e) {
      throw new IllegalArgumentException(
          "Cannot read argument " + number + ": its bytes are not UTF-8; write names in UTF-8, whatever the locale", e);
    }
  }
}
