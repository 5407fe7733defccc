package io.packice.cli.tables;

import io.packice.PackiceClient;
import io.packice.arrow.ArrowTable;
import io.packice.arrow.ArrowTables;
import io.packice.arrow.statistics.ColumnStatistics;
import io.packice.arrow.text.PlainRows;
import io.packice.cli.command.ClientCommand;
import io.packice.cli.command.Console;
import io.packice.cli.command.Quantity;
import io.packice.cli.command.TextTable;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.arrow.vector.types.pojo.Field;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code packice schema}. */
@Command(name = "schema",
    description = "Show the columns of a table: their types, how many nulls they have, and their least and greatest values.",
    footer = {"  packice schema flights", "  packice schema flights --json | jq -r .name"})
public final class SchemaCommand extends ClientCommand {
  @Parameters(paramLabel = "NAME", description = "The table.") private String name = "";

  /**
   * The command.
   *
   * @param console what the command talks to
   */
  public SchemaCommand(Console console) {
    super(console);
  }

  @Override
  protected int run(PackiceClient client) throws IOException {
    try (ArrowTable opened = new ArrowTables(client).open(name)) {
      List<Field> fields = opened.schema(Cells.VALUES).getFields();
      List<Field> kept = opened.schema().getFields();
      List<ColumnStatistics> statistics = opened.statistics();
      TextTable text = new TextTable("COLUMN", "TYPE", ">NULLS", "MIN", "MAX");
      for (int i = 0; i < fields.size(); i++) {
        ColumnStatistics of = statistics.get(i);
        if (json()) {
          console.line(PlainRows.json(row(fields.get(i), type(fields.get(i), kept.get(i)), of)));
        } else {
          text.row(fields.get(i).getName(), type(fields.get(i), kept.get(i)), Long.toString(of.nullCount()),
              shown(fields.get(i), of.min()), shown(fields.get(i), of.max()));
        }
      }
      if (!json()) {
        text.printTo(console);
        console.line("(" + Quantity.count(opened.rowCount(), "row") + ")");
      }
    }
    return 0;
  }

  /** Such as {@code text by int32}: what is kept are indices. */
  private static String type(Field field, Field kept) {
    return Cells.type(field) + (kept.getDictionary() == null ? "" : " by " + Cells.type(kept));
  }

  private static String shown(Field field, @Nullable Number value) {
    return value == null ? "" : Cells.text(PlainRows.value(field, value));
  }

  private static Map<String, @Nullable Object> row(Field field, String type, ColumnStatistics statistics) {
    Map<String, @Nullable Object> row = new LinkedHashMap<>();
    row.put("name", field.getName());
    row.put("type", type);
    row.put("nullable", field.isNullable());
    row.put("nulls", statistics.nullCount());
    row.put("min", statistics.min() == null ? null : PlainRows.value(field, statistics.min()));
    row.put("max", statistics.max() == null ? null : PlainRows.value(field, statistics.max()));
    return row;
  }
}
