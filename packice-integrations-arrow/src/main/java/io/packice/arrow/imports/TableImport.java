package io.packice.arrow.imports;

import io.packice.arrow.ArrowTable;
import io.packice.arrow.ArrowTables;
import io.packice.arrow.Progress;
import io.packice.arrow.TableBranch;
import io.packice.arrow.TableOptions;
import io.packice.arrow.TableWriter;
import io.packice.arrow.manifest.TableFormatException;
import io.packice.arrow.manifest.TableSummary;
import io.packice.arrow.schema.Damage;
import io.packice.arrow.schema.EncodedSchema;
import io.packice.arrow.schema.FixedWidth;
import io.packice.arrow.schema.SchemaCheck;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/**
 * Makes a table of files of one format, or appends them to one: all of them, or nothing. The rows come in the order of the files. Several files are read at
 * a time, by a bounded number of threads, and make parts of their own. Immutable; runs as often as wanted, unless a file is a pipe, which can be read once.
 * What is read is closed when a run ends, whatever came of it.
 *
 * {@snippet :
 * TableImport.of(CsvFormat.standard(), List.of(january, february)).into(tables, "flights");
 * }
 */
public final class TableImport {
  /** So many threads read, if there are so many processors and files. */
  public static final int DEFAULT_THREADS = Math.clamp(Runtime.getRuntime().availableProcessors(), 1, 8);

  /** Files smaller than this are read one after the other into the same part. */
  private static final long RUN_BYTES = 4L << 20;
  private static final int RUNS_PER_THREAD = 4;

  private final ImportFormat format;
  private final List<ImportFile> files;
  private final TableOptions options;
  private final Progress progress;
  private final int threads;
  private final Consumer<String> notes;

  private TableImport(ImportFormat format, List<ImportFile> files, TableOptions options, Progress progress,
      int threads, Consumer<String> notes) {
    if (files.isEmpty()) {
      throw new IllegalArgumentException("Cannot import 0 files; name one");
    }
    if (threads < 1) {
      throw new IllegalArgumentException("Cannot import with " + threads + " threads; give 1 or more");
    }
    this.format = format;
    this.files = List.copyOf(files);
    this.options = options;
    this.progress = progress;
    this.threads = threads;
    this.notes = notes;
  }

  /**
   * Imports some files.
   *
   * @param format what they are
   * @param files one or more
   * @return an import to be run
   * @throws IllegalArgumentException if there is none
   */
  public static TableImport of(ImportFormat format, List<Path> files) {
    return ofFiles(format, files.stream().map(ImportFile::of).toList());
  }

  /**
   * Imports some files whose folders say more columns. A column of that name in the files gives way.
   *
   * @param format what they are
   * @param files one or more; {@link ImportFiles} finds them
   * @return an import to be run
   * @throws IllegalArgumentException if there is none
   */
  public static TableImport ofFiles(ImportFormat format, List<ImportFile> files) {
    return new TableImport(format, files, TableOptions.defaults(), Progress.NONE, DEFAULT_THREADS, _ -> {
    });
  }

  /**
   * With other options for the table.
   *
   * @param newOptions the options
   * @return a changed copy
   */
  public TableImport withOptions(TableOptions newOptions) {
    return new TableImport(format, files, newOptions, progress, threads, notes);
  }

  /**
   * With somebody who hears how far it has come.
   *
   * @param newProgress is told bytes of the files, each counted as often as it is read; by one thread at a time
   * @return a changed copy
   */
  public TableImport withProgress(Progress newProgress) {
    return new TableImport(format, files, options, newProgress, threads, notes);
  }

  /**
   * With another number of threads.
   *
   * @param newThreads how many files are read at a time at most
   * @return a changed copy
   * @throws IllegalArgumentException if it is not positive
   */
  public TableImport withThreads(int newThreads) {
    return new TableImport(format, files, options, progress, newThreads, notes);
  }

  /**
   * With somebody who hears of choices that the format made, and how to make others: such as which value made a column text.
   *
   * @param newNotes is told a line for each when the table has been published
   * @return a changed copy
   */
  public TableImport withNotes(Consumer<String> newNotes) {
    return new TableImport(format, files, options, progress, threads, newNotes);
  }

  /**
   * Reads the files and publishes the table.
   *
   * @param tables where
   * @param name the table's name
   * @return what was published
   * @throws ImportException if a file is not of this format, damaged, changes while it is read, or does not go together with the others; no table
   *     was made
   * @throws IOException if a file cannot be read, or this thread is interrupted; no table was made
   * @throws IllegalArgumentException if the format was asked for a column that there is not; no table was made
   * @throws io.packice.core.AlreadyExistsException if the name is taken, and the options do not say to replace
   * @throws io.packice.core.CapacityExceededException if the table does not fit; the message states the numbers
   */
  public TableSummary into(ArrowTables tables, String name) throws IOException {
    try (ImportSources sources = sources()) {
      return new Run(sources, null).into(tables, name);
    }
  }

  /**
   * Reads the files and publishes the next version of a table, which has their rows behind its own. The files must have the columns of the table, in
   * whichever order.
   *
   * @param tables where
   * @param name the table's name
   * @return what was published
   * @throws ImportException as {@link #into} does, and if a column is missing, is another's or of another type; the table stays as it was
   * @throws IOException if a file cannot be read, or this thread is interrupted; the table stays as it was
   * @throws io.packice.core.NotFoundException if there is no such table
   * @throws TableFormatException if the object is not a table, or is one that this version cannot read
   * @throws io.packice.core.AlreadyExistsException if somebody is writing its next version
   * @throws io.packice.core.CapacityExceededException if the rows do not fit; the message states the numbers
   */
  public TableSummary appendTo(ArrowTables tables, String name) throws IOException {
    try (ImportSources sources = sources()) {
      EncodedSchema target;
      try (ArrowTable table = tables.open(name)) {
        target = table.description().manifest().schema();
      }
      return new Run(sources, target).into(tables, name);
    }
  }

  private ImportSources sources() {
    return new ImportSources(files.stream().map(ImportFile::source).toList());
  }

  /** The import as it runs. */
  private final class Run {
    private final ImportSources sources;
    private final @Nullable EncodedSchema target;
    private final ImportThreads workers = new ImportThreads(threads);
    private final KeyColumns keys;

    Run(ImportSources sources, @Nullable EncodedSchema target) throws ImportException {
      this.sources = sources;
      this.target = target;
      KeyColumns own = new KeyColumns(files);
      this.keys = target == null ? own : own.withTypesOf(target.plain().getFields());
    }

    TableSummary into(ArrowTables tables, String name) throws IOException {
      sources.requireContent();
      EncodedSchema own = target == null ? null : target.without(keys.fields());
      int passes = format.passes(new ImportWork(own, workers, new ProgressSum(Progress.NONE, 0)));
      ProgressSum sum = sources.progress(progress, passes);
      ImportPlan plan = format.plan(sources.list(), new ImportWork(own, workers, sum));
      requirePossible(plan.schema());
      sources.keepNoMore();
      return write(tables, name, plan, sum);
    }

    private void requirePossible(Schema schema) throws ImportException {
      try {
        SchemaCheck.require(schema.getFields());
      } catch (Damage impossible) {
        throw ImportException.of(sources.list().getFirst().name(), impossible);
      }
    }

    private TableSummary write(ArrowTables tables, String name, ImportPlan plan, ProgressSum sum) throws IOException {
      try (RootAllocator types = new RootAllocator()) {
        SwitchedDictionaries dictionaries = new SwitchedDictionaries(plan.dictionaries(types));
        ImportColumns columns = ImportColumns.of(plan.schema(), keys, target, name, sources.list().getFirst());
        TableOptions expecting =
            options.withExpectedBytes(Math.max(options.expectedBytes(), leastBytes(plan, columns)));
        try (TableWriter writer = target == null
            ? tables.create(name, columns.schema(), expecting, dictionaries)
            : tables.append(name, expecting, dictionaries)) {
          copy(plan, columns, writer, dictionaries, sum);
          TableSummary summary = writer.commit();
          sum.finish();
          plan.notes().forEach(notes);
          return summary;
        }
      }
    }

    private long leastBytes(ImportPlan plan, ImportColumns columns) {
      List<String> fromFolders = keys.fields().stream().map(Field::getName).toList();
      boolean takesAll =
          plan.schema().getFields().stream().map(Field::getName).noneMatch(fromFolders::contains);
      return FixedWidth.sum(FixedWidth.leastBytes(columns.schema().getFields(), plan.leastRows()),
          takesAll ? plan.leastTextBytes() : 0);
    }

    private void copy(ImportPlan plan, ImportColumns columns, TableWriter writer, SwitchedDictionaries first,
        ProgressSum sum) throws IOException {
      List<List<Integer>> runs = sources.runs(RUN_BYTES, Math.multiplyExact(workers.count(), RUNS_PER_THREAD));
      List<TableBranch> branches = new ArrayList<>();
      List<SwitchedDictionaries> dictionaries = new ArrayList<>();
      for (int i = 0; i < runs.size(); i++) {
        dictionaries.add(first.copy());
        branches.add(writer.branch(dictionaries.getLast()));
      }
      workers.run(runs.size(), i -> {
        try (TableBranch branch = branches.get(i); RootAllocator allocator = new RootAllocator()) {
          for (int file : runs.get(i)) {
            try (ImportReader reader = plan.open(file, allocator, sum::add)) {
              copy(reader, file, columns, dictionaries.get(i), branch, allocator);
            }
            sources.requireSame(file);
          }
          branch.finish();
        }
      });
    }

    private void copy(ImportReader reader, int file, ImportColumns columns, SwitchedDictionaries dictionaries,
        TableBranch branch, RootAllocator allocator) throws IOException {
      dictionaries.switchTo(reader.dictionaries());
      for (VectorSchemaRoot batch = reader.next(); batch != null; batch = reader.next()) {
        workers.requireGoingOn();
        columns.write(batch, file, sources.list().get(file), branch, allocator);
      }
    }
  }
}
