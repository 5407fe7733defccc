package io.packice.cli.tables;

import io.packice.PackiceClient;
import io.packice.arrow.ArrowTable;
import io.packice.arrow.ArrowTables;
import io.packice.arrow.TableOptions;
import io.packice.arrow.imports.GitLfs;
import io.packice.arrow.imports.ImportFile;
import io.packice.arrow.imports.ImportFiles;
import io.packice.arrow.imports.ImportFormat;
import io.packice.arrow.imports.ImportSource;
import io.packice.arrow.imports.TableImport;
import io.packice.arrow.ipc.IpcFormat;
import io.packice.arrow.manifest.TableSummary;
import io.packice.arrow.parquet.ParquetFormat;
import io.packice.arrow.parquet.ReadOptions;
import io.packice.arrow.parquet.RowFilter;
import io.packice.cli.command.ByteSize;
import io.packice.cli.command.CliException;
import io.packice.cli.command.ClientCommand;
import io.packice.cli.command.Console;
import io.packice.cli.command.Durations;
import io.packice.cli.command.EvictOption;
import io.packice.cli.command.Failures;
import io.packice.cli.command.GivenPath;
import io.packice.cli.command.Quantity;
import io.packice.core.AcquireRequest.IfExists;
import io.packice.core.ObjectId;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code packice import}. */
@Command(name = "import", description = {"Make a table of files, once for all processes of this host.",
    "Files may be named, by patterns too (quote them: 'data/**/*.csv'), or be all of a folder and its folders. Folders called key=value"
        + " make columns. Several files are read at a time.",
    "A name that does not end like a format says nothing: then the content must, and CSV wants --format, since any text might be CSV. Pipes are"
        + " read once; Parquet and Arrow files cannot come from them.",
    "IDX, the format of MNIST: one file of images or other tensors, and one of labels if there is one.",
    "CSV, the first line the names of the columns, and JSON lines: types are chosen by a look at all rows, and a note says which value made a"
        + " column text that is something else in most rows. IDX, CSV and JSON may be gzipped.",
    "Parquet: only the columns and rows that are wanted are read.",
    "Arrow IPC, also called Feather: files or streams."},
    footer = {"  packice import mnist t10k-images-idx3-ubyte.gz t10k-labels-idx1-ubyte.gz",
        "  packice import flights flights.csv --replace",
        "  packice import flights flights-of-may.csv --append",
        "  packice import sales verkauf.csv --separator ';' --decimal , --encoding windows-1252",
        "  packice import people people.csv --types zip=text,born=date --nulls NA,-",
        "  packice import events 'logs/**/*.jsonl.gz'",
        "  curl -s https://example.org/flights | packice import flights - --format csv",
        "  packice import trips 'data/*.parquet' --columns distance,fare --where \"fare > 10 AND city = 'Oslo'\"",
        "  packice import features features.parquet/ --verify-checksums", "  packice import prices prices.feather"})
public final class ImportCommand extends ClientCommand {
  @Parameters(index = "0", paramLabel = "NAME", description = "The table's name.")
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private ObjectId name;

  @Parameters(index = "1..*", arity = "1..*", paramLabel = "FILE",
      description = "What it is made of: files, folders, patterns, pipes; - is standard input.") private List<
          String> given = List.of();

  @Option(names = "--format", paramLabel = "FORMAT",
      description = "${COMPLETION-CANDIDATES}; otherwise found out from the files' names and contents, which must agree.") private @Nullable FileFormat format;

  @Mixin private final TextImportOptions text = new TextImportOptions();

  @Option(names = "--columns", paramLabel = "NAME", split = ",",
      description = "Of Parquet: only these columns, in this order, those of folders last.") private @Nullable List<
          String> columns;

  @Option(names = "--where", paramLabel = "CONDITION",
      description = "Of Parquet: only the rows of which this is true: comparisons, BETWEEN, IN, IS NULL, joined by AND, OR and NOT.") private @Nullable String where;

  @Option(names = "--verify-checksums",
      description = "Of Parquet: compare the checksums of pages that have one.") private boolean verifyChecksums;

  @Option(names = "--no-hive",
      description = "Make no columns of folders called key=value.") private boolean noHive;

  @Option(names = "--threads", paramLabel = "COUNT",
      description = "How many files are read at a time at most; otherwise as many as there are processors, up to 8.") private int threads =
          TableImport.DEFAULT_THREADS;

  @Option(names = "--replace",
      description = "Replace a table of the same name; its readers keep the old one.") private boolean replace;

  @Option(names = "--append",
      description = "Put the rows behind those of the table, whose columns the files must have.") private boolean append;

  @Mixin private final EvictOption evict = new EvictOption();

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private CommandSpec spec;

  /**
   * The command.
   *
   * @param console what the command talks to
   */
  public ImportCommand(Console console) {
    super(console);
  }

  @Override
  protected int run(PackiceClient client) throws IOException {
    requireUsage(!(replace && append), "--replace and --append are two ways; choose one");
    requireUsage(threads >= 1, "--threads must be 1 or more, not " + threads);
    text.requireSense(spec.commandLine());
    List<ImportFile> files = find().stream().map(this::wanted).toList();
    try {
      return run(client, files);
    } finally {
      files.forEach(file -> file.source().close());
    }
  }

  private int run(PackiceClient client, List<ImportFile> files) throws IOException {
    List<ImportSource> sources = files.stream().map(ImportFile::source).toList();
    FileFormat chosen = format == null ? choose(sources) : format;
    requireOptionsOf(chosen, files.size());
    long startNanos = System.nanoTime();
    TableOptions options = TableOptions.defaults().withIfExists(replace ? IfExists.REPLACE : IfExists.FAIL)
        .withRoom(evict.room());
    ArrowTables tables = new ArrowTables(client);
    ImportFormat reading = reading(chosen, files.getFirst().keys().keySet());
    List<String> notes = new ArrayList<>();
    TableSummary summary = reading == null
        ? Imports.idx(console, tables, name.value(), sources, options)
        : Imports.run(console, tables, name.value(), reading, files, threads, notes::add,
            append ? Imports.Target.END_OF_TABLE : Imports.Target.TABLE, options);
    report(tables, summary, notes, Duration.ofNanos(System.nanoTime() - startNanos));
    return 0;
  }

  private List<ImportFile> find() throws IOException {
    given.forEach(GivenPath::of);
    try {
      return ImportFiles.of(given, format == null ? FileFormat.allEndings() : format.endings())
          .withKeys(noHive ? ImportFiles.Keys.IGNORED : ImportFiles.Keys.COLUMNS).withStandardInput(console.in())
          .find();
    } catch (FileSystemException e) {
      throw new CliException("Cannot read " + e.getFile() + ": " + Failures.reasonAndAdvice(e), e);
    }
  }

  /** Of the columns that folders say, those of --columns, if that says which. */
  private ImportFile wanted(ImportFile file) {
    return columns == null ? file : file.withKeys(columns);
  }

  private FileFormat choose(List<ImportSource> sources) throws IOException {
    Set<FileFormat> named = EnumSet.noneOf(FileFormat.class);
    for (ImportSource source : sources) {
      FileFormat said = FileFormat.named(source.name());
      if (said != null) {
        named.add(said);
      }
      GitLfs.requireContent(source);
    }
    if (text.saysCsv() && EnumSet.of(FileFormat.csv).containsAll(named)) {
      sources.forEach(source -> FileHead.of(source).requireCsv());
      return FileFormat.csv;
    }
    if (named.size() > 1) {
      throw new CliException("Cannot import " + Quantity.count(sources.size(), "file") + ": they end like " + named
          + "; say --format to choose among those of a folder, or name files of one kind", null);
    }
    return FileHead.format(sources);
  }

  private void requireOptionsOf(FileFormat chosen, int files) {
    requireUsage(files <= chosen.maxFiles(), "A table of " + chosen + " is made of at most "
        + Quantity.count(chosen.maxFiles(), "file") + ", not " + files);
    String misplaced = text.misplaced(chosen);
    requireUsage(misplaced == null, String.valueOf(misplaced));
    requireUsage(!append || chosen != FileFormat.idx,
        "--append is not for IDX: its rows lie in one batch; import another table");
    String ofParquet = columns != null ? "--columns" : where != null ? "--where" : "--verify-checksums";
    requireUsage((columns == null && where == null && !verifyChecksums) || chosen == FileFormat.parquet,
        ofParquet + " is for Parquet, and this is " + chosen);
  }

  private void requireUsage(boolean condition, String otherwise) {
    if (!condition) {
      throw new ParameterException(spec.commandLine(), otherwise);
    }
  }

  /** Null for IDX, which has no columns. */
  private @Nullable ImportFormat reading(FileFormat chosen, Set<String> keys) {
    return switch (chosen) {
      case idx -> null;
      case csv -> text.csv();
      case jsonl -> text.json();
      case parquet -> ParquetFormat.of(parquet(keys));
      case arrow -> IpcFormat.file();
    };
  }

  private ReadOptions parquet(Set<String> keys) {
    ReadOptions reading = ReadOptions.defaults()
        .withChecksums(verifyChecksums ? ReadOptions.Checksums.VERIFY : ReadOptions.Checksums.IGNORE);
    if (columns != null) {
      List<String> inFiles = columns.stream().filter(column -> !keys.contains(column)).toList();
      requireUsage(!inFiles.isEmpty(), "--columns must name a column of the files, not only of their folders");
      reading = reading.withColumns(inFiles);
    }
    return where == null ? reading : reading.withFilter(RowFilter.parse(where));
  }

  private void report(ArrowTables tables, TableSummary summary, List<String> notes, Duration took)
      throws IOException {
    if (json()) {
      printJson(fields(summary, notes, took));
      return;
    }
    try (ArrowTable table = tables.open(summary.name())) {
      console.line(summary.name() + ": " + Quantity.count(summary.rowCount(), "row") + " of "
          + table.schema(Cells.VALUES).getFields().stream().map(Cells::describe).collect(Collectors.joining(", "))
          + "; "
          + ByteSize.format(summary.byteSize()) + " in " + Quantity.count(summary.partCount(), "part") + ", "
          + Durations.format(took));
    }
    for (String note : notes) {
      console.line(note);
    }
  }

  private static Map<String, Object> fields(TableSummary summary, List<String> notes, Duration took) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("name", summary.name());
    fields.put("version", summary.version());
    fields.put("columns", summary.columnCount());
    fields.put("rows", summary.rowCount());
    fields.put("parts", summary.partCount());
    fields.put("bytes", summary.byteSize());
    fields.put("seconds", Durations.seconds(took));
    fields.put("notes", notes);
    return fields;
  }
}
