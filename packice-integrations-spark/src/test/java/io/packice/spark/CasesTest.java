package io.packice.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.packice.arrow.ArrowTables;
import io.packice.arrow.imports.TableImport;
import io.packice.arrow.ipc.IpcFormat;
import io.packice.spark.testing.SparkTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Statements and files that went wrong once. */
class CasesTest extends SparkTest {
  private static Path file(String name) {
    Path cases = Path.of("").toAbsolutePath().getParent().resolveSibling("shared").resolve("data").resolve("cases");
    assumeTrue(Files.isDirectory(cases), "needs ../shared/data/cases beside the project");
    return cases.resolve(name);
  }

  /** What the queries of a script give, one line for each row. */
  private List<String> run(String name) throws IOException {
    List<String> lines = new ArrayList<>();
    for (String statement : Files.readString(file(name)).split(";\\s*", -1)) {
      if (statement.strip().startsWith("SELECT")) {
        lines.addAll(query(statement));
      } else if (!statement.isBlank()) {
        spark.sql(statement);
      }
    }
    return lines;
  }

  @Test
  void rowLevelCommandsLoseNoRows() throws IOException {
    assertThat(run("spark-row-level-loses-rows/repro.sql")).containsExactly("1999 0 1999", "1999", "1000", "1001",
        "0 250", "1 250", "2 250", "3 249");
    assertThat(run("spark-row-level-loses-rows/repro-filter-off.sql")).containsExactly("300");
  }

  @Test
  void columnsWhoseNamesNeedQuotingPartitionTables() throws IOException {
    assertThat(run("spark-partition-column-names/repro.sql")).containsExactlyInAnyOrder("1 x", "1 x", "2 y");
    assertThat(query("SELECT * FROM packice.x.b")).containsExactly("1 x");
    assertThat(query("SELECT * FROM packice.x.d")).containsExactly("1 1");
  }

  @Test
  void twoColumnsOfOneNameAreRefused() throws IOException {
    TableImport.of(IpcFormat.file(), List.of(file("jsonl-duplicate-columns/dup.arrow")))
        .into(new ArrowTables(peer.client()), "dup");
    assertThatThrownBy(() -> query("SELECT * FROM packice.dup"))
        .hasMessageContaining("Cannot read table dup: it has more than one column a");
  }
}
