package io.packice.cli.tables;

import io.packice.cli.command.CliException;

import java.nio.file.Path;
import java.util.Locale;

/** What a table can be written as. */
enum ExportFormat {
  /** Columns in row groups, compressed; all data tools read it. */
  parquet,
  /** The Arrow IPC file format, uncompressed. */
  arrow,
  /** The Arrow IPC stream format, uncompressed. */
  arrows,
  /** Text with a line of column names; nested values as JSON. */
  csv,
  /** A JSON object on each line. */
  jsonl;

  /** Goes by the ending of the file's name. */
  static ExportFormat of(Path file) {
    String name = String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT);
    String ending = name.substring(name.lastIndexOf('.') + 1);
    return switch (ending) {
      case "parquet", "parq", "pq" -> parquet;
      case "arrow", "feather", "ipc" -> arrow;
      case "arrows" -> arrows;
      case "csv" -> csv;
      case "jsonl", "ndjson" -> jsonl;
      default -> throw new CliException("Cannot export to " + file + ": its name does not end with .parquet, .arrow,"
          + " .arrows, .csv or .jsonl; rename it, or say --format", null);
    };
  }
}
