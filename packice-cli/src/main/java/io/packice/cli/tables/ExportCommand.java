package io.packice.cli.tables;

import io.packice.PackiceClient;
import io.packice.arrow.ArrowTable;
import io.packice.arrow.ArrowTables;
import io.packice.arrow.parquet.ParquetException;
import io.packice.arrow.parquet.WriteOptions;
import io.packice.cli.command.ByteSize;
import io.packice.cli.command.CliException;
import io.packice.cli.command.ClientCommand;
import io.packice.cli.command.Console;
import io.packice.cli.command.Durations;
import io.packice.cli.command.Failures;
import io.packice.cli.command.OutputFile;
import io.packice.cli.command.Progress;
import io.packice.cli.command.Quantity;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code packice export}. */
@Command(name = "export",
    description = {"Write a table to a file, as Parquet, Arrow IPC (a file or a stream), CSV or JSON lines.",
        "The file appears when it is complete; one of the same name is replaced then."},
    footer = {"  packice export flights flights.parquet",
        "  packice export flights flights.parquet --codec snappy",
        "  packice export flights flights.csv",
        "  packice export flights - --format jsonl | jq .delay"})
public final class ExportCommand extends ClientCommand {
  @Parameters(index = "0", paramLabel = "NAME", description = "The table.") private String name = "";

  @Parameters(index = "1", paramLabel = "FILE",
      description = "Where to; .parquet, .arrow, .arrows (a stream), .csv or .jsonl says as what; - is standard output.")
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private Path file;

  @Option(names = "--format", paramLabel = "FORMAT",
      description = "${COMPLETION-CANDIDATES}; otherwise what the file's name says.") private @Nullable ExportFormat format;

  @Option(names = "--codec", paramLabel = "CODEC", converter = CodecConverter.class,
      description = "How Parquet is compressed: zstd, snappy, gzip, lz4_raw or uncompressed; otherwise zstd.") private WriteOptions.@Nullable Codec codec;

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private CommandSpec spec;

  /**
   * The command.
   *
   * @param console what the command talks to
   */
  public ExportCommand(Console console) {
    super(console);
  }

  @Override
  protected int run(PackiceClient client) throws IOException {
    boolean isStandardOutput = file.toString().equals("-");
    if (isStandardOutput && format == null) {
      throw new ParameterException(spec.commandLine(), "Standard output has no name that says as what; say --format");
    }
    ExportFormat chosen = format == null ? ExportFormat.of(file) : format;
    if (codec != null && chosen != ExportFormat.parquet) {
      throw new ParameterException(spec.commandLine(), "--codec is for Parquet, and this is " + chosen);
    }
    if (isStandardOutput) {
      return toStandardOutput(client, chosen);
    }
    long startNanos = System.nanoTime();
    try (ArrowTable table = new ArrowTables(client).open(name);
        OutputFile output = OutputFile.create(file);
        Progress bar = Progress.ofRows(console, "export " + name, table.rowCount())) {
      Exports.run(table, chosen, codec(), output.channel(), bar);
      long bytes = output.channel().isOpen() ? output.channel().position() : 0;
      output.publish();
      report(table.rowCount(), bytes, Duration.ofNanos(System.nanoTime() - startNanos));
    } catch (ParquetException e) {
      throw e; // of the table, not of the file
    } catch (IOException e) {
      throw new CliException("Cannot write " + file + ": " + Failures.reasonAndAdvice(e), e);
    }
    return 0;
  }

  private WriteOptions.Codec codec() {
    return codec == null ? WriteOptions.Codec.ZSTD : codec;
  }

  /** Nothing but the table: somebody else reads it. */
  private int toStandardOutput(PackiceClient client, ExportFormat chosen) throws IOException {
    try (ArrowTable table = new ArrowTables(client).open(name);
        Progress bar = Progress.ofRows(console, "export " + name, table.rowCount())) {
      Exports.run(table, chosen, codec(), console.outChannel(), bar);
    }
    return 0;
  }

  private void report(long rows, long bytes, Duration took) throws IOException {
    if (json()) {
      Map<String, Object> fields = new LinkedHashMap<>();
      fields.put("name", name);
      fields.put("file", file.toString());
      fields.put("rows", rows);
      fields.put("bytes", bytes);
      fields.put("seconds", Durations.seconds(took));
      printJson(fields);
    } else {
      console.line(file + ": " + Quantity.count(rows, "row") + ", " + ByteSize.format(bytes) + ", "
          + Durations.format(took));
    }
  }
}
