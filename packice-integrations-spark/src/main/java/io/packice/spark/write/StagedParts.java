package io.packice.spark.write;

import io.packice.arrow.TableChange;
import io.packice.arrow.manifest.TablePart;
import java.util.List;

/** Who takes a job's parts instead of publishing them at once. */
@FunctionalInterface
interface StagedParts {
  /** Nobody: they are published with the job. */
  StagedParts NONE = (_, _, _) -> false;

  /**
   * Offers the parts and the change that keeps them.
   *
   * @param options what the writer wants of the table that it publishes
   * @return whether they were taken; whoever takes them commits and closes the change
   */
  boolean take(TableChange change, List<TablePart> parts, WriteOptions options);
}
