package io.packice.spark;

import io.packice.arrow.ArrowTables;
import io.packice.arrow.manifest.TableDescription;
import io.packice.core.AlreadyExistsException;
import io.packice.core.NotFoundException;
import io.packice.core.NotSealedException;
import io.packice.spark.PackiceTable.Columns;
import io.packice.spark.catalog.Alteration;
import io.packice.spark.catalog.TableProperties;
import io.packice.spark.partition.PartitionFunction;
import io.packice.spark.partition.TransformFunction;
import io.packice.spark.partition.Transforms;
import io.packice.spark.peers.PeerAddress;
import io.packice.spark.peers.Peers;
import io.packice.spark.read.LeasedVersions;
import io.packice.spark.read.ReadOptions;
import io.packice.spark.types.SchemaMapping;
import io.packice.spark.write.MissingTable;
import io.packice.spark.write.StagedTableWrite;
import io.packice.spark.write.WriteTarget;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.analysis.NamespaceAlreadyExistsException;
import org.apache.spark.sql.catalyst.analysis.NoSuchFunctionException;
import org.apache.spark.sql.catalyst.analysis.NoSuchNamespaceException;
import org.apache.spark.sql.catalyst.analysis.NoSuchTableException;
import org.apache.spark.sql.catalyst.analysis.NonEmptyNamespaceException;
import org.apache.spark.sql.catalyst.analysis.TableAlreadyExistsException;
import org.apache.spark.sql.catalyst.util.DateTimeUtils;
import org.apache.spark.sql.connector.catalog.CatalogV2Util;
import org.apache.spark.sql.connector.catalog.FunctionCatalog;
import org.apache.spark.sql.connector.catalog.Identifier;
import org.apache.spark.sql.connector.catalog.NamespaceChange;
import org.apache.spark.sql.connector.catalog.StagedTable;
import org.apache.spark.sql.connector.catalog.StagingTableCatalog;
import org.apache.spark.sql.connector.catalog.SupportsNamespaces;
import org.apache.spark.sql.connector.catalog.Table;
import org.apache.spark.sql.connector.catalog.TableCatalogCapability;
import org.apache.spark.sql.connector.catalog.TableChange;
import org.apache.spark.sql.connector.catalog.TableInfo;
import org.apache.spark.sql.connector.catalog.functions.UnboundFunction;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.util.CaseInsensitiveStringMap;
import org.jspecify.annotations.Nullable;

/**
 * The tables of a peer as a catalog of Spark's: {@code spark.sql.catalog.packice = io.packice.spark.PackiceCatalog}, and, if it is not the
 * usual one, {@code spark.sql.catalog.packice.peer = ADDRESS}. The table {@code packice.a.b.t} is the object {@code a.b.t}.
 *
 * <p>Safe from any thread.
 */
public final class PackiceCatalog implements StagingTableCatalog, SupportsNamespaces, FunctionCatalog {
  private static final Duration PATIENCE = Duration.ofSeconds(10);

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
  PeerAddress peer() {
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
    boolean isSaved = identifier instanceof SavedName;
    try {
      return new PackiceTable(LeasedVersions.describe(peer(), TableNames.object(identifier), null), peer(),
          isSaved ? Columns.BY_NAME : Columns.BY_SPARK);
    } catch (NotFoundException | NotSealedException _) {
      if (isSaved) {
        return new MissingTable(peer(), TableNames.object(identifier));
      }
      throw new NoSuchTableException(identifier); // what Spark looks for, and words better
    }
  }

  @Override
  public boolean tableExists(Identifier identifier) {
    return describeOrNull(identifier) != null;
  }

  private @Nullable TableDescription describeOrNull(Identifier identifier) {
    try {
      return tables().describe(TableNames.object(identifier));
    } catch (NotFoundException | NotSealedException _) {
      return null; // what is written for the first time is not there yet
    }
  }

  @Override
  public Table loadTable(Identifier identifier, String version) throws NoSuchTableException {
    long number = ReadOptions.parseVersion(version);
    if (!tableExists(identifier)) {
      throw new NoSuchTableException(identifier);
    }
    return new PackiceTable(LeasedVersions.describe(peer(), TableNames.object(identifier), number), peer());
  }

  /** The version that was the current one at a time, in microseconds. */
  @Override
  public Table loadTable(Identifier identifier, long timestamp) throws NoSuchTableException {
    if (!tableExists(identifier)) {
      throw new NoSuchTableException(identifier);
    }
    String table = TableNames.object(identifier);
    long version = tables().versionAt(table, DateTimeUtils.microsToInstant(timestamp));
    return new PackiceTable(LeasedVersions.describe(peer(), table, version), peer());
  }

  // ---- create and replace

  private WriteTarget target(Identifier identifier, TableInfo info, int history) {
    TableProperties.requireOurs(TableNames.object(identifier), info.properties());
    StructType schema = CatalogV2Util.v2ColumnsToStructType(info.columns());
    SchemaMapping.requireDistinctNames(schema);
    TableDescription table = TableDescription.of(TableNames.object(identifier), SchemaMapping.toArrow(schema))
        .withPartitioning(Transforms.toFields(info.partitions(), schema)).withHistory(history);
    return new WriteTarget(peer(), TableProperties.with(table, info.properties()), schema);
  }

  @Override
  public Table createTable(Identifier identifier, TableInfo info)
      throws TableAlreadyExistsException, NoSuchNamespaceException {
    stageCreate(identifier, info).commitStagedChanges();
    return new PackiceTable(tables().describe(TableNames.object(identifier)), peer());
  }

  @Override
  public StagedTable stageCreate(Identifier identifier, TableInfo info)
      throws TableAlreadyExistsException, NoSuchNamespaceException {
    if (tableExists(identifier)) {
      throw new TableAlreadyExistsException(identifier);
    }
    return StagedTableWrite.create(target(identifier, info, 0));
  }

  @Override
  public StagedTable stageReplace(Identifier identifier, TableInfo info)
      throws NoSuchNamespaceException, NoSuchTableException {
    TableDescription before = describeOrNull(identifier);
    if (before == null) {
      throw new NoSuchTableException(identifier);
    }
    return StagedTableWrite.replace(target(identifier, info, before.history()), before);
  }

  @Override
  public StagedTable stageCreateOrReplace(Identifier identifier, TableInfo info) throws NoSuchNamespaceException {
    TableDescription before = describeOrNull(identifier);
    int history = before == null ? 0 : before.history();
    return StagedTableWrite.replace(target(identifier, info, history), before);
  }

  @Override
  public Set<TableCatalogCapability> capabilities() {
    return Set.of(TableCatalogCapability.SUPPORT_COLUMN_DEFAULT_VALUE);
  }

  // ---- alter, drop, rename

  @Override
  public Table alterTable(Identifier identifier, TableChange... changes) throws NoSuchTableException {
    if (!tableExists(identifier)) {
      throw new NoSuchTableException(identifier);
    }
    try (io.packice.arrow.TableChange change = tables().change(TableNames.object(identifier), PATIENCE)) {
      return new PackiceTable(change.commit(current -> {
        if (current == null) {
          throw new NotFoundException("Cannot alter table " + identifier + ": it was dropped meanwhile");
        }
        return Alteration.apply(current, changes);
      }), peer());
    }
  }

  @Override
  public boolean dropTable(Identifier identifier) {
    try {
      tables().drop(TableNames.object(identifier));
      LeasedVersions.endPlanning(peer(), TableNames.object(identifier));
      return true;
    } catch (NotFoundException _) {
      return false; // what Spark wants to know
    }
  }

  /** Nothing of a table is kept when it is dropped, so there is nothing more to do. */
  @Override
  public boolean purgeTable(Identifier identifier) {
    return dropTable(identifier);
  }

  /** The new name may begin with this catalog's, as the old one does in SQL. */
  @Override
  public void renameTable(Identifier from, Identifier to) throws NoSuchTableException, TableAlreadyExistsException {
    String[] levels = to.namespace();
    Identifier renamed = levels.length > 0 && levels[0].equals(name)
        ? Identifier.of(Arrays.copyOfRange(levels, 1, levels.length), to.name())
        : to;
    try {
      tables().rename(TableNames.object(from), TableNames.object(renamed));
      LeasedVersions.endPlanning(peer(), TableNames.object(from));
    } catch (NotFoundException | NotSealedException _) {
      throw new NoSuchTableException(from);
    } catch (AlreadyExistsException taken) {
      if (tableExists(renamed)) {
        throw new TableAlreadyExistsException(renamed);
      }
      throw taken; // somebody is writing it
    }
  }

  // ---- functions of partitions

  @Override
  public Identifier[] listFunctions(String[] namespace) {
    return namespace.length > 0 ? new Identifier[0]
        : Arrays.stream(PartitionFunction.Kind.values()).map(kind -> Identifier.of(namespace, kind.text()))
            .toArray(Identifier[]::new);
  }

  @Override
  public UnboundFunction loadFunction(Identifier identifier) throws NoSuchFunctionException {
    PartitionFunction.Kind kind = PartitionFunction.Kind.of(identifier.name());
    if (identifier.namespace().length > 0 || kind == null) {
      throw new NoSuchFunctionException(identifier);
    }
    return new TransformFunction(kind);
  }

  // ---- namespaces

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
        created.stream().flatMap(levels -> Stream.of(TableNames.upTo(levels.toArray(String[]::new)))))
        .filter(child -> child.length == namespace.length + 1
            && Arrays.equals(Arrays.copyOf(child, namespace.length), namespace))
        .forEach(child -> children.add(List.of(child)));
    return children.stream().map(child -> child.toArray(String[]::new)).toArray(String[][]::new);
  }

  @Override
  public boolean namespaceExists(String[] namespace) {
    List<String> levels = List.of(namespace);
    return created.stream().anyMatch(known -> known.size() >= levels.size()
        && known.subList(0, levels.size()).equals(levels)) || levels.isEmpty()
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
  public void createNamespace(String[] namespace, Map<String, String> metadata)
      throws NamespaceAlreadyExistsException {
    if (namespaceExists(namespace)) {
      throw new NamespaceAlreadyExistsException(namespace);
    }
    created.add(List.of(namespace));
  }

  @Override
  public void alterNamespace(String[] namespace, NamespaceChange... changes) {
    throw new UnsupportedOperationException("Cannot alter namespace " + String.join(".", namespace)
        + ": namespaces are parts of names and have no properties");
  }

  @Override
  public boolean dropNamespace(String[] namespace, boolean cascade) throws NonEmptyNamespaceException {
    List<String> tables = objects(TableNames.prefix(namespace)).toList();
    List<String> levels = List.of(namespace);
    List<List<String>> inside = created.stream().filter(child -> child.size() > levels.size()
        && child.subList(0, levels.size()).equals(levels)).toList();
    if (!cascade && !(tables.isEmpty() && inside.isEmpty())) {
      throw new NonEmptyNamespaceException(namespace);
    }
    tables.forEach(tables()::drop);
    inside.forEach(created::remove);
    return created.remove(levels) || !tables.isEmpty() || !inside.isEmpty();
  }
}
