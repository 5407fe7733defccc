package io.packice.cli;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;

/** What can be imported. */
enum FileFormat {
  /** The format of MNIST; big-endian, it begins with two zero bytes, a type, and the number of dimensions. */
  idx(2),
  /** Text with a line of column names. */
  csv(Integer.MAX_VALUE, "csv", "tsv"),
  /** A JSON object on each line, or all in one array. */
  jsonl(Integer.MAX_VALUE, "jsonl", "ndjson", "json"),
  /** Columns in row groups; it begins and ends with PAR1. */
  parquet(Integer.MAX_VALUE, "parquet", "parq", "pq"),
  /** Arrow IPC, also called Feather: a file begins and ends with ARROW1, a stream with a message. */
  arrow(Integer.MAX_VALUE, "arrow", "arrows", "feather", "ipc");

  private static final int HEAD_BYTES = 4096;

  private final int maxFiles;
  private final String endings; // a set would not count as immutable

  FileFormat(int maxFiles, String... endings) {
    this.maxFiles = maxFiles;
    this.endings = String.join(" ", endings);
  }

  /** How names of such files end, a further .gz aside: what of a folder is imported. */
  Set<String> endings() {
    return endings.isEmpty() ? Set.of() : Set.of(endings.split(" "));
  }

  /** Of all formats. */
  static Set<String> allEndings() {
    return Stream.of(values()).flatMap(format -> format.endings().stream()).collect(Collectors.toSet());
  }

  /** What the names of files say, as far as they say anything. */
  static Set<FileFormat> named(List<Path> files) {
    Set<FileFormat> named = EnumSet.noneOf(FileFormat.class);
    for (Path file : files) {
      String name = String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT).replaceFirst("\\.gz$", "");
      String ending = name.substring(name.lastIndexOf('.') + 1);
      Stream.of(values()).filter(format -> format.endings().contains(ending)).forEach(named::add);
    }
    return named;
  }

  /** How many files one table is made of. */
  int maxFiles() {
    return maxFiles;
  }

  /** Finds out by the content; a name says nothing. */
  static FileFormat of(Path file) {
    byte[] head = head(file);
    if (head.length == 0) {
      throw new CliException("Cannot import " + file + ": it is empty; name another file, or get this one anew", null);
    }
    if (isIdx(head)) {
      return idx;
    }
    if (isParquet(head)) {
      return parquet;
    }
    if (isArrow(head)) {
      return arrow;
    }
    if (isText(head)) {
      return isJson(head) ? jsonl : csv;
    }
    throw new CliException(
        "Cannot import " + file + ": it is neither Parquet nor Arrow nor IDX nor CSV nor JSON lines, it begins with "
            + HexFormat.ofDelimiter(" ").formatHex(head, 0, Math.min(head.length, 4))
            + "; convert it (text must be UTF-8), or say --format if you know better",
        null);
  }

  /** How many dimensions an IDX file has; 0 if it is none. */
  static int idxDimensions(Path file) {
    byte[] head = head(file);
    return isIdx(head) ? head[3] : 0;
  }

  private static boolean isIdx(byte[] head) {
    return head.length >= 4 && head[0] == 0 && head[1] == 0 && head[2] >= 0x08 && head[2] <= 0x0E && head[3] > 0;
  }

  private static boolean isParquet(byte[] head) {
    return new String(head, 0, Math.min(head.length, 4), StandardCharsets.ISO_8859_1).equals("PAR1");
  }

  private static boolean isArrow(byte[] head) {
    boolean isStream = head.length >= 8 && head[0] == -1 && head[1] == -1 && head[2] == -1 && head[3] == -1;
    return isStream || new String(head, 0, Math.min(head.length, 6), StandardCharsets.ISO_8859_1).equals("ARROW1");
  }

  private static boolean isJson(byte[] head) {
    String text = new String(head, StandardCharsets.UTF_8).replace("\uFEFF", "").stripLeading();
    return text.startsWith("{") || text.replaceAll("\\s", "").startsWith("[{");
  }

  private static boolean isText(byte[] head) {
    for (byte b : head) {
      if (b >= 0 && b < ' ' && b != '\t' && b != '\n' && b != '\r' && b != '\f') {
        return false;
      }
    }
    CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
    CoderResult result = decoder.decode(ByteBuffer.wrap(head), CharBuffer.allocate(head.length + 1), false);
    return !result.isError(); // the last character may be cut in two
  }

  private static byte[] head(Path file) {
    try (InputStream raw = new BufferedInputStream(Files.newInputStream(file))) {
      raw.mark(2);
      boolean gzipped = (raw.read() << 8 | raw.read()) == 0x1F8B;
      raw.reset();
      return (gzipped ? new GZIPInputStream(raw) : raw).readNBytes(HEAD_BYTES);
    } catch (java.io.EOFException | java.util.zip.ZipException e) {
      throw new CliException("Cannot import " + file + ": its gzip data is cut short or damaged; get the file anew", e);
    } catch (IOException e) {
      throw new CliException("Cannot read " + file + ": " + Failures.reasonAndAdvice(e), e);
    }
  }
}
