package io.packice.spark.write;

import io.packice.arrow.TableChange;
import io.packice.arrow.manifest.TableDescription;
import io.packice.arrow.manifest.TablePart;
import io.packice.spark.partition.Transforms;
import io.packice.spark.read.LeasedVersions;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.spark.sql.connector.catalog.StagedTable;
import org.apache.spark.sql.connector.catalog.SupportsWrite;
import org.apache.spark.sql.connector.catalog.TableCapability;
import org.apache.spark.sql.connector.expressions.Transform;
import org.apache.spark.sql.connector.write.LogicalWriteInfo;
import org.apache.spark.sql.connector.write.WriteBuilder;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/** A table that is there as soon as its rows are, both at once, and not at all if something fails. For one thread. */
public final class StagedTableWrite implements StagedTable, SupportsWrite {
  private final WriteTarget target;
  private final @Nullable TableDescription before;
  private final TableEdit edit;
  private @Nullable TableChange change;
  private List<TablePart> parts = List.of();
  private @Nullable WriteOptions options;

  private StagedTableWrite(WriteTarget target, @Nullable TableDescription before, TableEdit edit) {
    this.target = target;
    this.before = before;
    this.edit = edit;
  }

  /**
   * A table that does not exist.
   *
   * @param target the new table
   * @return to be written, and committed or aborted
   */
  public static StagedTableWrite create(WriteTarget target) {
    return new StagedTableWrite(target, null, TableEdit.create(target.planned()));
  }

  /**
   * A table in the place of another.
   *
   * @param target the new table
   * @param before the table that it replaces; null if there is none
   * @return to be written, and committed or aborted
   */
  public static StagedTableWrite replace(WriteTarget target, @Nullable TableDescription before) {
    return new StagedTableWrite(target, before, TableEdit.recreate(target.planned(), before));
  }

  @Override
  public String name() {
    return target.table();
  }

  @Override
  @SuppressWarnings("deprecation") // what columns() is made of by default
  public StructType schema() {
    return target.schema();
  }

  @Override
  public Transform[] partitioning() {
    return Transforms.of(target.planned().partitioning());
  }

  @Override
  public Map<String, String> properties() {
    return target.planned().properties();
  }

  @Override
  public Set<TableCapability> capabilities() {
    return Set.of(TableCapability.BATCH_WRITE, TableCapability.TRUNCATE, TableCapability.STREAMING_WRITE);
  }

  @Override
  public WriteBuilder newWriteBuilder(LogicalWriteInfo info) {
    return new PackiceWriteBuilder(target, info, edit, (with, written, wanted) -> {
      if (before != null) {
        OwnReads.require(target, before);
      }
      change = with;
      parts = written;
      options = wanted;
      return true;
    });
  }

  @Override
  public void commitStagedChanges() {
    try (TableChange commit = change == null ? target.change() : change) {
      TableDescription _ = commit.commit(current -> {
        TableDescription next = edit.apply(current, parts);
        return options == null ? next : options.withHistory(next);
      });
    }
    LeasedVersions.endPlanning(target.peer(), target.table());
  }

  @Override
  public void abortStagedChanges() {
    if (change != null) {
      change.close();
    }
  }
}
