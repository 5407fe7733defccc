package io.packice.spark.write;

import io.packice.arrow.TableChange;
import io.packice.arrow.manifest.TableDescription;
import io.packice.spark.partition.PartitionFilter;
import io.packice.spark.partition.PartitionFilter.Decision;
import io.packice.spark.read.LeasedVersions;
import java.util.List;
import org.apache.spark.sql.connector.expressions.filter.Predicate;

/** Deletes whole parts, which costs nothing but the next manifest. */
public final class PartsDelete {
  private final WriteTarget target;
  private final PartitionFilter filter;

  /**
   * Begins.
   *
   * @param target the table
   */
  public PartsDelete(WriteTarget target) {
    this.target = target;
    this.filter = new PartitionFilter(target.planned(), target.schema());
  }

  /**
   * Whether rows can be deleted by parts.
   *
   * @param predicates what must hold for a row to go
   * @return false if some part may have rows of both kinds
   */
  public boolean isPossible(Predicate[] predicates) {
    return target.planned().parts().stream().noneMatch(part -> filter.decide(predicates, part) == Decision.UNKNOWN);
  }

  /**
   * Deletes.
   *
   * @param predicates what must hold for a row to go
   * @throws io.packice.arrow.TableConflictException if somebody else has written such rows meanwhile
   */
  public void delete(Predicate[] predicates) {
    TableEdit edit = TableEdit.replaceAllOf(target.planned(), part -> filter.decide(predicates, part) == Decision.ALL);
    try (TableChange change = target.change()) {
      TableDescription _ = change.commit(current -> edit.apply(current, List.of()));
    }
    LeasedVersions.endPlanning(target.peer(), target.table());
  }
}
