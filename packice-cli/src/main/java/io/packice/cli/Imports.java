package io.packice.cli;

import io.packice.PackiceClient;
import io.packice.arrow.ArrowTables;
import io.packice.arrow.CsvImport;
import io.packice.arrow.IdxImport;
import io.packice.arrow.IpcImport;
import io.packice.arrow.TableOptions;
import io.packice.arrow.TableSummary;
import io.packice.arrow.parquet.ParquetImport;
import io.packice.arrow.parquet.ReadOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Makes tables of files. */
final class Imports {
  private Imports() {
  }

  /** Imports files of one format, with a progress bar if they are large. */
  static TableSummary run(Console console, ArrowTables tables, String name, FileFormat format, List<Path> files,
      char separator, ReadOptions reading, TableOptions options) throws IOException {
    try (Progress bar = Progress.ofImport(console, "import " + name, bytes(files))) {
      return switch (format) {
        case idx -> idx(files).withOptions(options).withProgress(bar::advanceTo).into(tables, name);
        case csv -> CsvImport.of(files.getFirst()).withSeparator(separator).withOptions(options)
            .withProgress(bar::advanceTo).into(tables, name);
        case parquet -> ParquetImport.of(files).withReading(reading).withOptions(options)
            .withProgress(bar::advanceTo).into(tables, name);
        case arrow -> IpcImport.of(files).withOptions(options).withProgress(bar::advanceTo).into(tables, name);
      };
    } catch (java.nio.file.FileSystemException e) {
      throw new CliException("Cannot read " + e.getFile() + ": " + Failures.reasonOf(e), e);
    }
  }

  /** Puts the Parquet files of a folder, in the order of their names, in its place; what writers leave beside them begins with _ or a dot. */
  static List<Path> expand(List<Path> given) throws IOException {
    List<Path> files = new ArrayList<>();
    for (Path path : given) {
      List<Path> inside = Files.isDirectory(path) ? parquetFiles(path) : List.of();
      files.addAll(inside.isEmpty() ? List.of(path) : inside);
    }
    return files;
  }

  private static List<Path> parquetFiles(Path folder) throws IOException {
    try (Stream<Path> inside = Files.list(folder)) {
      return inside.filter(Files::isRegularFile).filter(file -> {
        String name = String.valueOf(file.getFileName());
        return name.endsWith(".parquet") && !name.startsWith("_") && !name.startsWith(".");
      }).sorted().toList();
    }
  }

  private static long bytes(List<Path> files) throws IOException {
    long bytes = 0;
    for (Path file : files) {
      bytes += Files.size(file);
    }
    return bytes;
  }

  /** In whichever order they were given: labels have one dimension, images have more. */
  private static IdxImport idx(List<Path> files) {
    Path first = files.getFirst();
    if (files.size() == 1) {
      return IdxImport.of(first);
    }
    Path second = files.getLast();
    boolean swapped = FileFormat.idxDimensions(first) == 1 && FileFormat.idxDimensions(second) > 1;
    return swapped ? IdxImport.of(second, first) : IdxImport.of(first, second);
  }

  /** Imports images and labels. */
  static void idx(PackiceClient client, String name, Path images, Path labels) throws IOException {
    IdxImport.of(images, labels).into(new ArrowTables(client), name);
  }
}
