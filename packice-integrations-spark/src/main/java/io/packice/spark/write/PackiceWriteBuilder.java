package io.packice.spark.write;

import io.packice.arrow.manifest.PartitionField;
import io.packice.arrow.manifest.TablePart;
import io.packice.spark.partition.PartitionFilter;
import io.packice.spark.partition.PartitionFilter.Decision;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.spark.sql.connector.catalog.SupportsWrite;
import org.apache.spark.sql.connector.expressions.filter.Predicate;
import org.apache.spark.sql.connector.write.LogicalWriteInfo;
import org.apache.spark.sql.connector.write.SupportsDynamicOverwrite;
import org.apache.spark.sql.connector.write.SupportsOverwriteV2;
import org.apache.spark.sql.connector.write.Write;
import org.apache.spark.sql.connector.write.WriteBuilder;
import org.jspecify.annotations.Nullable;

/** Takes what Spark wants to be written, for {@link SupportsWrite}: rows behind those that are there, or in the place of some or all. */
public final class PackiceWriteBuilder implements SupportsOverwriteV2, SupportsDynamicOverwrite {
  private final WriteTarget target;
  private final WriteOptions options;
  private final RowMatch match;
  private final String queryId;
  private final StagedParts staged;
  private TableEdit edit;
  private TableEdit streamingEdit;

  /**
   * Begins a write that appends.
   *
   * @param target what is written
   * @param info how
   * @throws IllegalArgumentException if an option makes no sense, or the rows have other columns than the table; all differences are listed
   */
  public PackiceWriteBuilder(WriteTarget target, LogicalWriteInfo info) {
    this(target, info, append(target), StagedParts.NONE);
  }

  private static TableEdit append(WriteTarget target) {
    TableEdit append = OwnReads.append(target);
    return target.exists() ? append : TableEdit.orCreate(target.planned(), append);
  }

  PackiceWriteBuilder(WriteTarget target, LogicalWriteInfo info, TableEdit edit, StagedParts staged) {
    this.target = target;
    this.options = WriteOptions.of(info.options(), target.planned().properties());
    this.match = RowMatch.of(target.table(), info.schema(), target.schema());
    this.queryId = info.queryId();
    this.staged = staged;
    this.edit = edit;
    this.streamingEdit = TableEdit.append(target.planned());
  }

  @Override
  public WriteBuilder truncate() {
    edit = target.exists()
        ? OwnReads.replacing(target, TableEdit.replace(target.planned(), _ -> true))
        : TableEdit.create(target.planned());
    streamingEdit = TableEdit.replaceAll(target.planned());
    return this;
  }

  private PartitionFilter filter() {
    return new PartitionFilter(target.planned(), target.schema());
  }

  /**
   * Replaces whole parts.
   *
   * @throws IllegalArgumentException if a part may have rows that go and rows that stay
   */
  @Override
  public WriteBuilder overwrite(Predicate[] predicates) {
    PartitionFilter filter = filter();
    List<TablePart> parts = target.planned().parts();
    long cut = parts.stream().filter(part -> filter.decide(predicates, part) == Decision.UNKNOWN).count();
    if (cut > 0) {
      List<PartitionField> partitioning = target.planned().partitioning();
      throw new IllegalArgumentException("Cannot overwrite rows of table " + target.table() + " where "
          + Arrays.toString(predicates) + ": " + cut + " of its " + parts.size()
          + " parts may have rows of both kinds, and are replaced whole; give a condition of "
          + (partitioning.isEmpty() ? "its partitions, of which it has none" : "its partitions " + partitioning)
          + ", or DELETE these rows and append");
    }
    edit = OwnReads.replacing(target,
        TableEdit.replace(target.planned(), part -> filter.decide(predicates, part) == Decision.ALL));
    return this;
  }

  @Override
  public WriteBuilder overwriteDynamicPartitions() {
    edit = OwnReads.replacing(target, (current, written) -> {
      Set<List<@Nullable Object>> partitions = new HashSet<>();
      written.forEach(part -> partitions.add(part.partition()));
      return TableEdit.replace(target.planned(), part -> partitions.contains(part.partition())).apply(current,
          written);
    });
    return this;
  }

  @Override
  public Write build() {
    return new PartsWrite(target, options, match, edit, TableEdit.orCreate(target.planned(), streamingEdit), queryId,
        staged);
  }
}
