package io.packice.spark.write;

import io.packice.arrow.manifest.TablePart;
import io.packice.spark.partition.PartitionFilter;
import io.packice.spark.partition.PartitionFilter.Decision;
import io.packice.spark.read.PackiceScanBuilder;
import io.packice.spark.read.ReadOptions;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.spark.sql.connector.expressions.filter.Predicate;
import org.apache.spark.sql.connector.read.Scan;
import org.apache.spark.sql.connector.read.ScanBuilder;
import org.apache.spark.sql.connector.read.SupportsPushDownRequiredColumns;
import org.apache.spark.sql.connector.read.SupportsPushDownV2Filters;
import org.apache.spark.sql.connector.write.LogicalWriteInfo;
import org.apache.spark.sql.connector.write.RowLevelOperation;
import org.apache.spark.sql.connector.write.RowLevelOperationInfo;
import org.apache.spark.sql.connector.write.WriteBuilder;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.util.CaseInsensitiveStringMap;

/**
 * DELETE, UPDATE and MERGE by rewriting: the parts that may have rows to change are read whole, and replaced by what Spark makes of their rows. The others stay
 * as they are. The commit looks that what goes was read.
 */
public final class RowLevelReplace implements RowLevelOperation {
  private final WriteTarget target;
  private final Command command;
  private final WholeReads reads;
  private List<TablePart> replaced;

  /**
   * Begins an operation.
   *
   * @param target the table
   * @param info what Spark does
   */
  public RowLevelReplace(WriteTarget target, RowLevelOperationInfo info) {
    this.target = target;
    this.command = info.command();
    this.reads = new WholeReads(target.table(), command);
    this.replaced = target.planned().parts();
  }

  @Override
  public Command command() {
    return command;
  }

  @Override
  public String description() {
    return "packice " + command + " " + target.table();
  }

  @Override
  public ScanBuilder newScanBuilder(CaseInsensitiveStringMap options) {
    return new WholeParts(ReadOptions.of(options));
  }

  private static Set<String> ids(List<TablePart> parts) {
    return parts.stream().map(TablePart::id).collect(Collectors.toSet());
  }

  @Override
  public WriteBuilder newWriteBuilder(LogicalWriteInfo info) {
    TableEdit edit = (current, written) -> {
      reads.require(replaced, written);
      Set<String> gone = ids(replaced);
      return TableEdit.replaceInSameVersion(target.planned(), part -> gone.contains(part.id())).apply(current, written);
    };
    return new PackiceWriteBuilder(target, info, edit, StagedParts.NONE);
  }

  /** Reads all rows of the parts that may have some to change. Parts that a runtime filter left out would be replaced all the same, so the scan takes none. */
  private final class WholeParts implements SupportsPushDownV2Filters, SupportsPushDownRequiredColumns {
    private final ReadOptions options;
    private StructType columns = target.schema();
    private List<TablePart> parts = target.planned().parts();

    WholeParts(ReadOptions options) {
      this.options = options;
    }

    @Override
    public Predicate[] pushPredicates(Predicate[] predicates) {
      PartitionFilter filter = new PartitionFilter(target.planned(), target.schema());
      parts = parts.stream().filter(part -> filter.decide(predicates, part) != Decision.NONE).toList();
      return predicates;
    }

    @Override
    public Predicate[] pushedPredicates() {
      return new Predicate[0];
    }

    @Override
    public void pruneColumns(StructType requiredSchema) {
      columns = requiredSchema;
    }

    @Override
    public Scan build() {
      replaced = parts;
      PackiceScanBuilder builder =
          new PackiceScanBuilder(target.planned(), target.peer(), target.schema(), options);
      builder.pruneColumns(columns);
      return builder.buildWhole(ids(parts), reads);
    }
  }
}
