package io.packice.spark.testing;

import io.packice.spark.PackiceCatalog;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.spark.sql.catalyst.analysis.NoSuchNamespaceException;
import org.apache.spark.sql.catalyst.analysis.NoSuchTableException;
import org.apache.spark.sql.catalyst.analysis.TableAlreadyExistsException;
import org.apache.spark.sql.connector.catalog.DelegatingCatalogExtension;
import org.apache.spark.sql.connector.catalog.Identifier;
import org.apache.spark.sql.connector.catalog.StagedTable;
import org.apache.spark.sql.connector.catalog.StagingTableCatalog;
import org.apache.spark.sql.connector.catalog.Table;
import org.apache.spark.sql.connector.catalog.TableInfo;
import org.apache.spark.sql.util.CaseInsensitiveStringMap;

/** The catalog, and somebody who does something else between two of the times that a statement looks a table up. */
public final class MeddledCatalog extends DelegatingCatalogExtension implements StagingTableCatalog {
  private static final AtomicInteger LEFT = new AtomicInteger();
  private static volatile Runnable meddling = () -> {
  };
  private final PackiceCatalog catalog = new PackiceCatalog();

  /** For Spark. */
  public MeddledCatalog() {
    catalog.initialize("meddled", new CaseInsensitiveStringMap(Map.of()));
    setDelegateCatalog(catalog);
  }

  /**
   * Prepares something to be done, once.
   *
   * @param lookups after how many from now on
   * @param what in a thread of its own
   */
  public static void after(int lookups, Runnable what) {
    meddling = what;
    LEFT.set(lookups);
  }

  /**
   * Whether it was done.
   *
   * @return false if there were fewer lookups
   */
  public static boolean hasMeddled() {
    return LEFT.get() <= 0;
  }

  private static <T> T lookedUp(T table) {
    if (LEFT.decrementAndGet() == 0) {
      CompletableFuture.runAsync(meddling).join();
    }
    return table;
  }

  @Override
  public Table loadTable(Identifier identifier) throws NoSuchTableException {
    return lookedUp(catalog.loadTable(identifier));
  }

  @Override
  public StagedTable stageCreate(Identifier identifier, TableInfo info)
      throws TableAlreadyExistsException, NoSuchNamespaceException {
    return lookedUp(catalog.stageCreate(identifier, info));
  }

  @Override
  public StagedTable stageReplace(Identifier identifier, TableInfo info)
      throws NoSuchNamespaceException, NoSuchTableException {
    return lookedUp(catalog.stageReplace(identifier, info));
  }

  @Override
  public StagedTable stageCreateOrReplace(Identifier identifier, TableInfo info) throws NoSuchNamespaceException {
    return lookedUp(catalog.stageCreateOrReplace(identifier, info));
  }
}
