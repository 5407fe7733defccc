package io.packice.arrow;

import io.packice.PackiceClient;
import java.util.stream.Stream;
import org.apache.arrow.vector.types.pojo.Schema;

/** Tables of a peer. */
@SuppressWarnings("DoNotCallSuggester") // the API first, its bodies follow
public final class ArrowTables {
  private final PackiceClient client;

  /**
   * Tables of the peer that a client is connected to.
   *
   * @param client the connection; it stays the caller's
   */
  public ArrowTables(PackiceClient client) {
    this.client = client;
  }

  /**
   * Begins a table that does not exist yet.
   *
   * @param name its name
   * @param schema its columns
   * @return a writer; the caller commits and closes it
   * @throws io.packice.core.AlreadyExistsException if the name is taken
   */
  public TableWriter create(String name, Schema schema) {
    return create(name, schema, TableOptions.defaults());
  }

  /**
   * Begins a table, with options.
   *
   * @param name its name
   * @param schema its columns
   * @param options how
   * @return a writer; the caller commits and closes it
   */
  public TableWriter create(String name, Schema schema, TableOptions options) {
    throw new UnsupportedOperationException(name + schema + options + client.stats());
  }

  /**
   * Opens the current version of a table.
   *
   * @param name its name
   * @return the table; the caller closes it
   */
  public ArrowTable open(String name) {
    throw new UnsupportedOperationException(name);
  }

  /**
   * Removes a table.
   *
   * @param name its name
   */
  public void drop(String name) {
    throw new UnsupportedOperationException(name);
  }

  /**
   * Lists the tables.
   *
   * @return the tables in the order of their names, lazily
   */
  public Stream<TableSummary> list() {
    throw new UnsupportedOperationException();
  }
}
