package io.packice.cli.tables;

import io.packice.PackiceClient;
import io.packice.arrow.ArrowTables;
import io.packice.arrow.TableOptions;
import io.packice.arrow.imports.IdxImport;
import io.packice.arrow.imports.ImportFile;
import io.packice.arrow.imports.ImportFormat;
import io.packice.arrow.imports.ImportSource;
import io.packice.arrow.imports.TableImport;
import io.packice.arrow.manifest.TableSummary;
import io.packice.cli.command.CliException;
import io.packice.cli.command.Console;
import io.packice.cli.command.Failures;
import io.packice.cli.command.Progress;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.Consumer;

/** Makes tables of files, with a progress bar if they are large. */
public final class Imports {
  private Imports() {
  }

  private interface Work {
    TableSummary run(Progress bar) throws IOException;
  }

  private static TableSummary withBar(Console console, String name, List<ImportSource> sources, Work work)
      throws IOException {
    try (Progress bar = Progress.ofImport(console, "import " + name, bytes(sources))) {
      return work.run(bar);
    } catch (FileSystemException e) {
      throw new CliException("Cannot read " + e.getFile() + ": " + Failures.reasonAndAdvice(e), e);
    }
  }

  /** Of all of them; none if one does not know. */
  private static OptionalLong bytes(List<ImportSource> sources) throws IOException {
    long bytes = 0;
    for (ImportSource source : sources) {
      OptionalLong size = source.size();
      if (size.isEmpty()) {
        return size;
      }
      bytes += size.getAsLong();
    }
    return OptionalLong.of(bytes);
  }

  /** What becomes of the rows. */
  enum Target {
    TABLE, END_OF_TABLE
  }

  /** Imports files of columns. */
  static TableSummary run(Console console, ArrowTables tables, String name, ImportFormat format,
      List<ImportFile> files, int threads, Consumer<String> notes, Target target, TableOptions options)
      throws IOException {
    return withBar(console, name, files.stream().map(ImportFile::source).toList(), bar -> {
      TableImport work = TableImport.ofFiles(format, files).withThreads(threads).withOptions(options)
          .withProgress(bar::advanceTo).withNotes(notes);
      return target == Target.TABLE ? work.into(tables, name) : work.appendTo(tables, name);
    });
  }

  /** Imports tensors, and labels if there is a second file: in whichever order, labels have one dimension, images more. */
  static TableSummary idx(Console console, ArrowTables tables, String name, List<ImportSource> files,
      TableOptions options) throws IOException {
    return withBar(console, name, files,
        bar -> idx(files).withOptions(options).withProgress(bar::advanceTo).into(tables, name));
  }

  private static IdxImport idx(List<ImportSource> files) {
    ImportSource first = files.getFirst();
    if (files.size() == 1) {
      return IdxImport.of(first, null);
    }
    ImportSource second = files.getLast();
    boolean swapped = FileHead.of(first).idxDimensions() == 1 && FileHead.of(second).idxDimensions() > 1;
    return swapped ? IdxImport.of(second, first) : IdxImport.of(first, second);
  }

  /**
   * Imports images and labels.
   *
   * @param client the peer
   * @param name its name
   * @param images the file of the pictures
   * @param labels the file of what they show
   * @throws IOException if that cannot be read or written
   */
  public static void idx(PackiceClient client, String name, Path images, Path labels) throws IOException {
    IdxImport.of(images, labels).into(new ArrowTables(client), name);
  }
}
