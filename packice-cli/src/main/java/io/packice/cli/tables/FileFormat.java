package io.packice.cli.tables;

import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

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

  private static final String GZ = ".gz";
  private static final String TEXT = ".txt";

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

  /** What the name of a file says; null if it says nothing. */
  static @Nullable FileFormat named(String name) {
    String plain = withoutGz(name);
    String ending = plain.substring(plain.lastIndexOf('.') + 1);
    return Stream.of(values()).filter(format -> format.endings().contains(ending)).findFirst().orElse(null);
  }

  /** Whether a name says that this is text, which may be CSV: its content cannot say so, since any text might be. */
  static boolean mayBeCsv(String name) {
    return named(name) == csv || withoutGz(name).endsWith(TEXT);
  }

  static boolean saysGzip(String name) {
    return name.toLowerCase(Locale.ROOT).endsWith(GZ);
  }

  private static String withoutGz(String name) {
    String file = name.substring(name.lastIndexOf('/') + 1).toLowerCase(Locale.ROOT);
    return file.endsWith(GZ) ? file.substring(0, file.length() - GZ.length()) : file;
  }

  /** How many files one table is made of. */
  int maxFiles() {
    return maxFiles;
  }
}
