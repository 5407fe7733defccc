package io.packice.spark.differential;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import org.duckdb.DuckDBDriver;

/** A database of DuckDB in memory, which answers independently of Spark. For one thread. */
final class Duck implements AutoCloseable {
  private final Connection connection;

  Duck() throws SQLException {
    this.connection = new DuckDBDriver().connect("jdbc:duckdb:", new Properties());
  }

  void run(String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  /** The first column of a result, sorted. */
  List<String> lines(String sql) throws SQLException {
    List<String> lines = new ArrayList<>();
    try (Statement statement = connection.createStatement(); ResultSet result = statement.executeQuery(sql)) {
      while (result.next()) {
        lines.add(result.getString(1));
      }
    }
    return lines.stream().sorted().toList();
  }

  @Override
  public void close() throws SQLException {
    connection.close();
  }
}
