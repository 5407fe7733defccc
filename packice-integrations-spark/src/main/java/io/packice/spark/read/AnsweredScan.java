package io.packice.spark.read;

import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.connector.read.LocalScan;
import org.apache.spark.sql.types.StructType;

/** A read that is answered on the driver: aggregates that statistics know. No part is touched. */
final class AnsweredScan implements LocalScan {
  private final ScanPlan plan;
  private final PushedAggregates.Answer answer;

  AnsweredScan(ScanPlan plan, PushedAggregates.Answer answer) {
    this.plan = plan;
    this.answer = answer;
  }

  ScanPlan plan() {
    return plan;
  }

  @Override
  public StructType readSchema() {
    return answer.columns();
  }

  @Override
  public String description() {
    return "packice " + plan.table().name() + ", answered by statistics";
  }

  @Override
  public InternalRow[] rows() {
    return answer.rows().stream().map(row -> new GenericInternalRow(row.toArray())).toArray(InternalRow[]::new);
  }
}
