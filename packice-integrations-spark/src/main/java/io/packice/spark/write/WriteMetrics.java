package io.packice.spark.write;

import io.packice.arrow.manifest.TablePart;
import java.util.List;
import org.apache.spark.sql.connector.metric.CustomMetric;
import org.apache.spark.sql.connector.metric.CustomSumMetric;
import org.apache.spark.sql.connector.metric.CustomTaskMetric;

/** What the SQL tab shows of a write. Public for Spark, which makes them by name. */
public final class WriteMetrics {
  private static final String PARTS = "packicePartsWritten";
  private static final String BYTES = "packiceBytesWritten";

  private WriteMetrics() {
  }

  static CustomMetric[] all() {
    return new CustomMetric[] {new Parts(), new Bytes()};
  }

  private record Value(String name, long value) implements CustomTaskMetric {
  }

  static CustomTaskMetric[] values(List<TablePart> written) {
    return new CustomTaskMetric[] {new Value(PARTS, written.size()),
        new Value(BYTES, written.stream().mapToLong(TablePart::byteSize).sum())};
  }

  /** How many parts. */
  public static final class Parts extends CustomSumMetric {
    /** For Spark. */
    public Parts() {
    }

    @Override
    public String name() {
      return PARTS;
    }

    @Override
    public String description() {
      return "number of parts written";
    }
  }

  /** How many bytes. */
  public static final class Bytes extends CustomSumMetric {
    /** For Spark. */
    public Bytes() {
    }

    @Override
    public String name() {
      return BYTES;
    }

    @Override
    public String description() {
      return "bytes written to shared memory";
    }
  }
}
