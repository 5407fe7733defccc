package io.packice.spark.write;

import io.packice.arrow.manifest.TableDescription;
import io.packice.spark.read.PackiceScanBuilder;
import java.util.stream.Stream;
import org.apache.spark.sql.catalyst.plans.LeftAnti$;
import org.apache.spark.sql.catalyst.plans.logical.Join;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.execution.datasources.v2.DataSourceV2ScanRelation;
import scala.jdk.javaapi.CollectionConverters;

/**
 * What a write reads of the table that it writes. Spark looks the two up at different times, so it may have read other rows than the version has whose parts the
 * write replaces.
 */
final class OwnReads {
  private OwnReads() {
  }

  /** An edit that replaces parts of the version that the write was planned for. */
  static TableEdit replacing(WriteTarget target, TableEdit edit) {
    return (current, written) -> {
      require(target, target.planned());
      return edit.apply(current, written);
    };
  }

  /**
   * Looks that no other version was read than the one that is replaced; one that was asked for by its number or time may be.
   *
   * @throws io.packice.arrow.TableConflictException if one was
   */
  static void require(WriteTarget target, TableDescription replaced) {
    LogicalPlan rows = RunningWrite.rows();
    if (rows == null) {
      return;
    }
    scans(rows).filter(scan -> scan.relation().timeTravelSpec().isEmpty()).flatMap(scan -> version(scan, target))
        .filter(read -> !read.fingerprint().equals(replaced.fingerprint())).findFirst()
        .ifPresent(read -> {
          throw TableEdit.conflict(target.planned(), "it is written with rows that were read from its version "
              + read.version() + ", in the place of version " + replaced.version());
        });
  }

  /** Puts rows behind those that are there; if they were chosen because the table does not have them, nothing may have changed. */
  static TableEdit append(WriteTarget target) {
    TableEdit append = TableEdit.append(target.planned());
    TableEdit ifAbsent = TableEdit.replaceInSameVersion(target.planned(), _ -> false);
    return (current, written) -> (areAbsent(target) ? ifAbsent : append).apply(current, written);
  }

  /** As of a MERGE that only inserts, which is an append to Spark. */
  private static boolean areAbsent(WriteTarget target) {
    LogicalPlan rows = RunningWrite.rows();
    return rows != null
        && nodes(rows).anyMatch(node -> node instanceof Join join && join.joinType().equals(LeftAnti$.MODULE$)
            && scans(join.right()).flatMap(scan -> version(scan, target)).findAny().isPresent());
  }

  private static Stream<TableDescription> version(DataSourceV2ScanRelation scan, WriteTarget target) {
    return Stream.ofNullable(PackiceScanBuilder.versionOf(scan.scan(), target.peer(), target.table()));
  }

  private static Stream<DataSourceV2ScanRelation> scans(LogicalPlan plan) {
    return nodes(plan).filter(DataSourceV2ScanRelation.class::isInstance).map(DataSourceV2ScanRelation.class::cast);
  }

  /** A plan and all below it, also in subqueries. Of a table that is cached Spark knows the version when it looks it up to be written, too. */
  private static Stream<LogicalPlan> nodes(LogicalPlan plan) {
    return Stream.concat(Stream.of(plan),
        Stream.concat(RunningWrite.children(plan).stream(), CollectionConverters.asJava(plan.subqueries()).stream())
            .flatMap(OwnReads::nodes));
  }
}
