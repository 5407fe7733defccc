package io.packice.spark;

import io.packice.arrow.ArrowTables;
import io.packice.core.NotFoundException;
import io.packice.core.NotSealedException;
import io.packice.spark.peers.PeerAddress;
import io.packice.spark.peers.Peers;
import io.packice.spark.read.ReadOptions;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.analysis.NoSuchNamespaceException;
import org.apache.spark.sql.catalyst.analysis.NoSuchTableException;
import org.apache.spark.sql.connector.catalog.Identifier;
import org.apache.spark.sql.connector.catalog.NamespaceChange;
import org.apache.spark.sql.connector.catalog.SupportsNamespaces;
import org.apache.spark.sql.connector.catalog.Table;
import org.apache.spark.sql.connector.catalog.TableCatalog;
import org.apache.spark.sql.connector.catalog.TableChange;
import org.apache.spark.sql.util.CaseInsensitiveStringMap;
import org.jspecify.annotations.Nullable;

/**
 * The tables of a peer as a catalog of Spark's: {@code spark.sql.catalog.packice = io.packice.spark.PackiceCatalog}, and, if it is not the
 * usual one, {@code spark.sql.catalog.packice.peer = ADDRESS}. The table {@code packice.a.b.t} is the object {@code a.b.t}.
 *
 * <p>Safe from any thread.
 */
public final class PackiceCatalog implements TableCatalog, SupportsNamespaces {
  private String name = "packice";
  private PeerAddress catalogPeer = PeerAddress.USUAL;
  private final Set<List<String>> created = ConcurrentHashMap.newKeySet();

  /** For Spark, which then calls {@link #initialize}. */
  public PackiceCatalog() {
  }

  @Override
  public void initialize(String catalogName, CaseInsensitiveStringMap options) {
    this.name = catalogName;
    this.catalogPeer = PeerAddress.first(options.get(PeerAddress.OPTION));
  }

  @Override
  public String name() {
    return name;
  }

  /** The catalog's own, or what the session says now. */
  private PeerAddress peer() {
    return PeerAddress.first(catalogPeer.given(), sessionPeer());
  }

  static @Nullable String sessionPeer() {
    return SparkSession.active().conf().get(PeerAddress.CONF, "");
  }

  private ArrowTables tables() {
    return new ArrowTables(Peers.client(peer()));
  }

  /** The names of all tables whose names begin so; none is opened. */
  private Stream<String> objects(String prefix) {
    return Peers.client(peer()).list(prefix).filter(status -> ArrowTables.isTable(status.object()))
        .map(status -> status.object().id().value());
  }

  @Override
  public Identifier[] listTables(String[] namespace) throws NoSuchNamespaceException {
    requireNamespace(namespace);
    return objects(TableNames.prefix(namespace)).map(TableNames::identifier)
        .filter(table -> Arrays.equals(table.namespace(), namespace)).toArray(Identifier[]::new);
  }

  @Override
  public Table loadTable(Identifier identifier) throws NoSuchTableException {
    try {
      return new PackiceTable(tables().describe(TableNames.object(identifier)), peer());
    } catch (NotFoundException | NotSealedException _) {
      throw new NoSuchTableException(identifier); // what Spark looks for, and words better
    }
  }

  @Override
  public Table loadTable(Identifier identifier, String version) throws NoSuchTableException {
    long number = ReadOptions.parseVersion(version);
    if (!tableExists(identifier)) {
      throw new NoSuchTableException(identifier);
    }
    return new PackiceTable(tables().describe(TableNames.object(identifier), number), peer());
  }

  @Override
  public Table alterTable(Identifier identifier, TableChange... changes) {
    throw new UnsupportedOperationException("Cannot alter table " + identifier + ": its parts are immutable");
  }

  @Override
  public boolean dropTable(Identifier identifier) {
    try {
      tables().drop(TableNames.object(identifier));
      return true;
    } catch (NotFoundException _) {
      return false; // what Spark wants to know
    }
  }

  @Override
  public void renameTable(Identifier from, Identifier to) {
    throw new UnsupportedOperationException("Cannot rename table " + from + ": objects keep their names");
  }

  @Override
  public String[][] listNamespaces() {
    return children();
  }

  @Override
  public String[][] listNamespaces(String[] namespace) throws NoSuchNamespaceException {
    requireNamespace(namespace);
    return children(namespace);
  }

  private String[][] children(String... namespace) {
    Set<List<String>> children = new LinkedHashSet<>();
    Stream.concat(objects(TableNames.prefix(namespace)).flatMap(object -> Stream.of(TableNames.namespaces(object))),
        created.stream().map(levels -> levels.toArray(String[]::new)))
        .filter(child -> child.length == namespace.length + 1
            && Arrays.equals(Arrays.copyOf(child, namespace.length), namespace))
        .forEach(child -> children.add(List.of(child)));
    return children.stream().map(child -> child.toArray(String[]::new)).toArray(String[][]::new);
  }

  @Override
  public boolean namespaceExists(String[] namespace) {
    return namespace.length == 0 || created.contains(List.of(namespace))
        || objects(TableNames.prefix(namespace)).findAny().isPresent();
  }

  private void requireNamespace(String... namespace) throws NoSuchNamespaceException {
    if (!namespaceExists(namespace)) {
      throw new NoSuchNamespaceException(namespace);
    }
  }

  @Override
  public Map<String, String> loadNamespaceMetadata(String[] namespace) throws NoSuchNamespaceException {
    requireNamespace(namespace);
    return Map.of();
  }

  /** Namespaces are what names of tables have before the last dot; one without tables lasts as long as this catalog. */
  @Override
  public void createNamespace(String[] namespace, Map<String, String> metadata) {
    created.add(List.of(namespace));
  }

  @Override
  public void alterNamespace(String[] namespace, NamespaceChange... changes) {
    throw new UnsupportedOperationException("Cannot alter namespace " + String.join(".", namespace)
        + ": namespaces are parts of names and have no properties");
  }

  @Override
  public boolean dropNamespace(String[] namespace, boolean cascade) {
    List<String> all = objects(TableNames.prefix(namespace)).toList();
    if (!all.isEmpty() && !cascade) {
      throw new IllegalStateException("Cannot drop namespace " + String.join(".", namespace) + ": it has "
          + all.size() + " tables; drop them first, or say CASCADE");
    }
    all.forEach(tables()::drop);
    return created.remove(List.of(namespace)) || !all.isEmpty();
  }
}
