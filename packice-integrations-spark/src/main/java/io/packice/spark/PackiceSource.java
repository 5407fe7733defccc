package io.packice.spark;

import io.packice.arrow.manifest.TableDescription;
import io.packice.core.NotFoundException;
import io.packice.spark.peers.PeerAddress;
import io.packice.spark.read.LeasedVersions;
import io.packice.spark.read.ReadOptions;
import io.packice.spark.types.SchemaMapping;
import io.packice.spark.write.MissingTable;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.connector.catalog.CatalogManager;
import org.apache.spark.sql.connector.catalog.Identifier;
import org.apache.spark.sql.connector.catalog.SupportsCatalogOptions;
import org.apache.spark.sql.connector.catalog.Table;
import org.apache.spark.sql.connector.expressions.Transform;
import org.apache.spark.sql.sources.DataSourceRegister;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.util.CaseInsensitiveStringMap;
import org.jspecify.annotations.Nullable;
import scala.jdk.javaapi.CollectionConverters;

/**
 * The data source {@code packice}: {@code spark.read().format("packice").option("peer", …).load("ns.table")}. Spark makes one for each use.
 *
 * <p>Behind each peer that is named there is a {@link PackiceCatalog}, which makes all save modes work: the session's own for that peer, so that a table is one
 * to Spark, however it is named; where there is none, one is registered as it is met.
 */
public final class PackiceSource implements SupportsCatalogOptions, DataSourceRegister {
  private static final String NAME = "packice";
  private static final String CATALOG = "packice_source";
  private static final String CATALOGS = "spark.sql.catalog.";
  private static final String PATH = "path";
  /** What Spark's own catalog makes of a path: a file's. */
  private static final String FILE = "file:";
  private static final String TABLE = "table";

  /** For Spark. */
  public PackiceSource() {
  }

  @Override
  public String shortName() {
    return NAME;
  }

  @Override
  public boolean supportsExternalMetadata() {
    return true;
  }

  private static String table(CaseInsensitiveStringMap options) {
    String path = options.get(PATH);
    String named = options.get(TABLE);
    String table = path == null || (named != null && path.startsWith(FILE)) ? named : path;
    String several = options.get("paths");
    if (table == null && several != null) {
      throw new IllegalArgumentException("Cannot use format packice with several tables, " + several
          + ": load each, and put them together by union");
    }
    if (table == null || table.isBlank()) {
      throw new IllegalArgumentException(
          "Cannot use format packice: no table was named; say load(\"ns.table\") or save(\"ns.table\")");
    }
    return table.strip();
  }

  private static PeerAddress peer(CaseInsensitiveStringMap options) {
    return PeerAddress.first(options.get(PeerAddress.OPTION), PackiceCatalog.sessionPeer());
  }

  private static TableDescription describe(CaseInsensitiveStringMap options) {
    return LeasedVersions.describe(peer(options), table(options), ReadOptions.version(options));
  }

  @Override
  public StructType inferSchema(CaseInsensitiveStringMap options) {
    return SchemaMapping.toSpark(describe(options));
  }

  @Override
  public Table getTable(@Nullable StructType schema, Transform[] partitioning, Map<String, String> properties) {
    CaseInsensitiveStringMap options = new CaseInsensitiveStringMap(properties);
    String table = table(options);
    if (table.startsWith(FILE)) {
      return new PathTable(table);
    }
    try {
      return new PackiceTable(describe(options), peer(options));
    } catch (NotFoundException missing) {
      if (schema == null) {
        throw missing;
      }
      return new MissingTable(peer(options), table(options)); // a stream is to write it
    }
  }

  @Override
  public Identifier extractIdentifier(CaseInsensitiveStringMap options) {
    return SavedName.of(table(options));
  }

  @Override
  public String extractCatalog(CaseInsensitiveStringMap options) {
    String own = sessionsOwn(peer(options).here());
    if (own != null) {
      return own;
    }
    String peer = options.get(PeerAddress.OPTION);
    String catalog = CATALOG + (peer == null || peer.isBlank() ? "" : "_" + shortHash(peer.strip()));
    SparkSession session = SparkSession.active();
    if (!session.conf().contains(CATALOGS + catalog)) {
      session.conf().set(CATALOGS + catalog, PackiceCatalog.class.getName());
      if (peer != null) {
        session.conf().set(CATALOGS + catalog + "." + PeerAddress.OPTION, peer);
      }
    }
    return catalog;
  }

  /** The catalog of the session's user that has a peer's tables, the first by name; null if there is none. */
  private static @Nullable String sessionsOwn(String peer) {
    SparkSession session = SparkSession.active();
    CatalogManager catalogs = ((org.apache.spark.sql.classic.SparkSession) session).sessionState().catalogManager();
    return CollectionConverters.asJava(session.conf().getAll()).entrySet().stream()
        .filter(setting -> setting.getValue().equals(PackiceCatalog.class.getName()))
        .map(Map.Entry::getKey)
        .filter(key -> key.startsWith(CATALOGS) && !key.startsWith(CATALOGS + CATALOG))
        .map(key -> key.substring(CATALOGS.length())).sorted()
        .filter(name -> catalogs.catalog(name) instanceof PackiceCatalog own && own.peer().here().equals(peer))
        .findFirst().orElse(null);
  }

  /** The same in each session and process, since plans show it. */
  private static String shortHash(String peer) {
    return UUID.nameUUIDFromBytes(peer.getBytes(StandardCharsets.UTF_8)).toString().substring(0, 8);
  }

  @Override
  public Optional<String> extractTimeTravelVersion(CaseInsensitiveStringMap options) {
    return Optional.ofNullable(ReadOptions.version(options)).map(number -> Long.toString(number));
  }

  @Override
  public Optional<String> extractTimeTravelTimestamp(CaseInsensitiveStringMap options) {
    return Optional.ofNullable(options.get("timestampAsOf"));
  }
}
