package io.packice.spark.write;

import io.packice.arrow.manifest.TablePart;
import io.packice.spark.read.PackiceScanBuilder;
import io.packice.spark.read.PartReads;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.connector.write.RowLevelOperation.Command;

/**
 * What a row-level operation has read, so that it replaces that and nothing else. Whatever Spark makes of the operation's scan, a part that some use of it left
 * out has rows that are in nobody's result. Safe from any thread.
 */
final class WholeReads implements PartReads {
  private final String table;
  private final Command command;
  private final List<Map<String, Long>> uses = new ArrayList<>();

  WholeReads(String table, Command command) {
    this.table = table;
    this.command = command;
  }

  @Override
  public synchronized void planned(Map<String, Long> rows) {
    uses.add(rows);
  }

  /**
   * Looks that all of what goes was read, and that it became as many rows as it must.
   *
   * @param replaced the parts that go
   * @param written the parts that come
   * @throws IllegalStateException if not
   */
  synchronized void require(List<TablePart> replaced, List<TablePart> written) {
    Map<String, Long> all = new HashMap<>();
    replaced.stream().filter(part -> part.rowCount() > 0).forEach(part -> all.put(part.id(), part.rowCount()));
    long after = written.stream().mapToLong(TablePart::rowCount).sum();
    if (uses.isEmpty() && !all.isEmpty() && !(after == 0 && isNotNeeded())) {
      throw refuse("it replaces " + describe(all) + ", and no scan of it read anything");
    }
    for (Map<String, Long> use : uses) {
      if (!use.equals(all)) {
        throw refuse("it replaces " + describe(all) + ", and a scan of it read " + describe(use));
      }
    }
    long before = rows(all);
    boolean fits = switch (command) {
      case UPDATE -> after == before;
      case DELETE -> after <= before;
      case MERGE -> true;
    };
    if (!fits) {
      throw refuse("of " + before + " rows it made " + after);
    }
  }

  /** As where all rows go, because a subquery that is asked for each turns out to have none. */
  private boolean isNotNeeded() {
    return RunningWrite.doesWithout(scan -> PackiceScanBuilder.isWatched(scan, this));
  }

  private static long rows(Map<String, Long> parts) {
    return parts.values().stream().mapToLong(Long::longValue).sum();
  }

  private static String describe(Map<String, Long> parts) {
    return rows(parts) + " rows of " + parts.size() + (parts.size() == 1 ? " part" : " parts");
  }

  private IllegalStateException refuse(String why) {
    return new IllegalStateException("Cannot commit " + command + " of table " + table + ": " + why
        + "; nothing was published, report it with the statement and what EXPLAIN shows of it");
  }
}
