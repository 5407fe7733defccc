package io.packice.cli.tables;

import io.packice.PackiceClient;
import io.packice.arrow.ArrowBatches;
import io.packice.arrow.ArrowTable;
import io.packice.arrow.ArrowTables;
import io.packice.arrow.text.PlainRows;
import io.packice.cli.command.ClientCommand;
import io.packice.cli.command.Console;
import io.packice.cli.command.Quantity;
import io.packice.cli.command.TextTable;
import java.io.IOException;
import java.util.stream.IntStream;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code packice head}. */
@Command(name = "head", description = "Show the first rows of a table.", footer = {
    "  packice head flights",
    "  packice head -n 3 --json mnist | jq .label"})
public final class HeadCommand extends ClientCommand {
  @Parameters(paramLabel = "NAME", description = "The table.") private String name = "";

  @Option(names = "-n", paramLabel = "ROWS",
      description = "How many rows; ${DEFAULT-VALUE} if not given.") private long count = 10;

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private CommandSpec spec;

  /**
   * The command.
   *
   * @param console what the command talks to
   */
  public HeadCommand(Console console) {
    super(console);
  }

  /** What is done with each row. */
  @FunctionalInterface
  private interface RowConsumer {
    void accept(VectorSchemaRoot batch, int row, long number) throws IOException;
  }

  @Override
  protected int run(PackiceClient client) throws IOException {
    if (count < 0) {
      throw new ParameterException(spec.commandLine(), "-n must be 0 or more, not " + count);
    }
    try (ArrowTable opened = new ArrowTables(client).open(name)) {
      if (json()) {
        opened.requireDistinctNames("show rows as JSON");
        forEachRow(opened, (batch, row, number) -> console.line(PlainRows.json(PlainRows.fields(batch, row, number))));
      } else {
        TextTable text =
            new TextTable(opened.schema(Cells.VALUES).getFields().stream().map(Cells::heading).toArray(String[]::new));
        forEachRow(opened, (batch, row, number) -> text.row(cells(batch, row, number)));
        text.printTo(console);
        console.line("(" + Math.min(count, opened.rowCount()) + " of "
            + Quantity.count(opened.rowCount(), "row") + ")");
      }
    }
    return 0;
  }

  private void forEachRow(ArrowTable opened, RowConsumer consumer) throws IOException {
    long number = 0;
    try (RootAllocator allocator = new RootAllocator(Long.MAX_VALUE);
        ArrowBatches batches = opened.batches(allocator, Cells.VALUES)) {
      while (number < count && batches.hasNext()) {
        VectorSchemaRoot batch = batches.next();
        for (int row = 0; row < batch.getRowCount() && number < count; row++, number++) {
          consumer.accept(batch, row, number);
        }
      }
    }
  }

  private static String[] cells(VectorSchemaRoot batch, int row, long number) {
    return IntStream.range(0, batch.getFieldVectors().size())
        .mapToObj(column -> Cells.text(PlainRows.value(batch, column, row, number))).toArray(String[]::new);
  }
}
