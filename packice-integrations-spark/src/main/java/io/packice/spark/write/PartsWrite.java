package io.packice.spark.write;

import io.packice.arrow.manifest.PartitionField;
import io.packice.arrow.manifest.TableDescription;
import io.packice.arrow.manifest.TablePart;
import io.packice.spark.partition.Transforms;
import io.packice.spark.read.LeasedVersions;
import java.util.List;
import org.apache.spark.sql.connector.distributions.Distribution;
import org.apache.spark.sql.connector.distributions.Distributions;
import org.apache.spark.sql.connector.expressions.Expression;
import org.apache.spark.sql.connector.expressions.Expressions;
import org.apache.spark.sql.connector.expressions.SortDirection;
import org.apache.spark.sql.connector.expressions.SortOrder;
import org.apache.spark.sql.connector.expressions.Transform;
import org.apache.spark.sql.connector.metric.CustomMetric;
import org.apache.spark.sql.connector.metric.CustomTaskMetric;
import org.apache.spark.sql.connector.write.BatchWrite;
import org.apache.spark.sql.connector.write.RequiresDistributionAndOrdering;
import org.apache.spark.sql.connector.write.streaming.StreamingWrite;

/** A write as it is planned. Rows of a partition come to one task, one behind the other, so that each partition has few parts. */
final class PartsWrite implements RequiresDistributionAndOrdering {
  private final WriteTarget target;
  private final WriteOptions options;
  private final RowMatch match;
  private final TableEdit edit;
  private final TableEdit streamingEdit;
  private final String queryId;
  private final StagedParts staged;
  /** What the job has written, once it is committed. */
  private List<TablePart> written = List.of();

  /** {@code staged} takes the parts of a table that is created or replaced with them. */
  PartsWrite(WriteTarget target, WriteOptions options, RowMatch match, TableEdit edit, TableEdit streamingEdit,
      String queryId,
      StagedParts staged) {
    this.target = target;
    this.options = options;
    this.match = match;
    this.edit = edit;
    this.streamingEdit = streamingEdit;
    this.queryId = queryId;
    this.staged = staged;
  }

  @Override
  public String description() {
    return "packice " + target.table();
  }

  @Override
  public BatchWrite toBatch() {
    return new PartsBatchWrite(target.spec(options, match), target.change(options.room()), (change, parts) -> {
      boolean isStaged = staged.take(change, parts, options);
      if (!isStaged) {
        TableDescription _ = change.commit(current -> options.withHistory(edit.apply(current, parts)));
        LeasedVersions.endPlanning(target.peer(), target.table());
      }
      written = parts;
      return !isStaged;
    });
  }

  @Override
  public StreamingWrite toStreaming() {
    return new PartsStreamingWrite(target, options.forStreaming(), match,
        (current, parts) -> options.withHistory(streamingEdit.apply(current, parts)), queryId);
  }

  private Transform[] transforms() {
    List<PartitionField> fields = target.planned().partitioning();
    return Transforms.of(fields);
  }

  @Override
  public Distribution requiredDistribution() {
    Transform[] transforms = transforms();
    return transforms.length == 0 ? Distributions.unspecified() : Distributions.clustered((Expression[]) transforms);
  }

  @Override
  public SortOrder[] requiredOrdering() {
    Transform[] transforms = transforms();
    SortOrder[] order = new SortOrder[transforms.length];
    for (int i = 0; i < order.length; i++) {
      order[i] = Expressions.sort(transforms[i], SortDirection.ASCENDING);
    }
    return order;
  }

  @Override
  public CustomMetric[] supportedCustomMetrics() {
    return WriteMetrics.all();
  }

  /** Tasks cannot say it: Spark asks them before their last part is there. */
  @Override
  public CustomTaskMetric[] reportDriverMetrics() {
    return WriteMetrics.values(written);
  }
}
