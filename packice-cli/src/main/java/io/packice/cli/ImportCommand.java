package io.packice.cli;

import io.packice.PackiceClient;
import io.packice.arrow.ArrowTable;
import io.packice.arrow.ArrowTables;
import io.packice.arrow.TableOptions;
import io.packice.arrow.TableSummary;
import io.packice.arrow.parquet.ReadOptions;
import io.packice.arrow.parquet.RowFilter;
import io.packice.core.AcquireRequest.IfExists;
import io.packice.core.ObjectId;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code packice import}. */
@Command(name = "import", description = {"Make a table of files, once for all processes of this host.",
    "IDX, the format of MNIST: one file of images or other tensors, and one of labels if there is one. CSV: one file, its first line"
        + " the names of the columns. Either may be gzipped.",
    "Parquet: any number of files of the same columns, or a folder of them; only the columns and rows that are wanted are read.",
    "Arrow IPC, also called Feather: any number of files or streams of the same columns."},
    footer = {"  packice import mnist t10k-images-idx3-ubyte.gz t10k-labels-idx1-ubyte.gz",
        "  packice import flights flights.csv --replace",
        "  packice import sales sales.csv --separator ';'",
        "  packice import trips data/*.parquet --columns distance,fare --where \"fare > 10 AND city = 'Oslo'\"",
        "  packice import features features.parquet/ --verify-checksums", "  packice import prices prices.feather"})
final class ImportCommand extends ClientCommand {
  @Parameters(index = "0", paramLabel = "NAME", description = "The table's name.")
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private ObjectId name;

  @Parameters(index = "1..*", arity = "1..*", paramLabel = "FILE", description = "What it is made of.") private List<
      Path> given = List.of();

  @Option(names = "--format", paramLabel = "FORMAT",
      description = "${COMPLETION-CANDIDATES}; otherwise found out from the file.") private @Nullable FileFormat format;

  @Option(names = "--separator", paramLabel = "CHAR",
      description = "What is between the fields of a CSV file, such as ';' or tab; otherwise a comma.") private @Nullable Separator separator;

  @Option(names = "--columns", paramLabel = "NAME", split = ",",
      description = "Of Parquet: only these columns, in this order.") private @Nullable List<String> columns;

  @Option(names = "--where", paramLabel = "CONDITION",
      description = "Of Parquet: only the rows of which this is true: comparisons, BETWEEN, IN, IS NULL, joined by AND, OR and NOT.") private @Nullable String where;

  @Option(names = "--verify-checksums",
      description = "Of Parquet: compare the checksums of pages that have one.") private boolean verifyChecksums;

  @Option(names = "--replace",
      description = "Replace a table of the same name; its readers keep the old one.") private boolean replace;

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private CommandSpec spec;

  ImportCommand(Console console) {
    super(console);
  }

  @Override
  int run(PackiceClient client) throws IOException {
    List<Path> files = Imports.expand(given);
    FileFormat chosen = format == null ? FileFormat.of(files.getFirst()) : format;
    if (files.size() > chosen.maxFiles()) {
      throw new ParameterException(spec.commandLine(), "A table of " + chosen + " is made of at most "
          + Statuses.count(chosen.maxFiles(), "file") + ", not " + files.size());
    }
    if (separator != null && chosen != FileFormat.csv) {
      throw new ParameterException(spec.commandLine(), "--separator is for CSV, and this is " + chosen);
    }
    if ((columns != null || where != null || verifyChecksums) && chosen != FileFormat.parquet) {
      throw new ParameterException(spec.commandLine(), (columns != null ? "--columns" : where != null ? "--where"
          : "--verify-checksums") + " is for Parquet, and this is " + chosen);
    }
    char between = separator == null ? ',' : separator.character();
    long startNanos = System.nanoTime();
    TableOptions options = TableOptions.defaults().withIfExists(replace ? IfExists.REPLACE : IfExists.FAIL);
    ArrowTables tables = new ArrowTables(client);
    TableSummary summary = Imports.run(console, tables, name.value(), chosen, files, between, reading(), options);
    report(tables, summary, Duration.ofNanos(System.nanoTime() - startNanos));
    return 0;
  }

  private ReadOptions reading() {
    ReadOptions reading = ReadOptions.defaults()
        .withChecksums(verifyChecksums ? ReadOptions.Checksums.VERIFY : ReadOptions.Checksums.IGNORE);
    if (columns != null) {
      reading = reading.withColumns(columns);
    }
    return where == null ? reading : reading.withFilter(RowFilter.parse(where));
  }

  private void report(ArrowTables tables, TableSummary summary, Duration took) throws IOException {
    if (json()) {
      printJson(fields(summary, took));
      return;
    }
    try (ArrowTable table = tables.open(summary.name())) {
      console.line(summary.name() + ": " + Statuses.count(summary.rowCount(), "row") + " of "
          + table.schema(Cells.VALUES).getFields().stream().map(Cells::describe).collect(Collectors.joining(", "))
          + "; "
          + ByteSize.format(summary.byteSize()) + " in " + Statuses.count(summary.partCount(), "part") + ", "
          + Durations.format(took));
    }
  }

  private static Map<String, Object> fields(TableSummary summary, Duration took) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("name", summary.name());
    fields.put("version", summary.version());
    fields.put("columns", summary.columnCount());
    fields.put("rows", summary.rowCount());
    fields.put("parts", summary.partCount());
    fields.put("bytes", summary.byteSize());
    fields.put("seconds", Durations.seconds(took));
    return fields;
  }
}
