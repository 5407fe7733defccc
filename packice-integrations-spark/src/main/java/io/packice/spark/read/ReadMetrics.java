package io.packice.spark.read;

import org.apache.spark.sql.connector.metric.CustomMetric;
import org.apache.spark.sql.connector.metric.CustomSumMetric;
import org.apache.spark.sql.connector.metric.CustomTaskMetric;

/** What the SQL tab shows of a scan. Spark makes these by their names, hence public classes and constructors. */
public final class ReadMetrics {
  static final String BYTES_MAPPED = "packiceBytesMapped";
  static final String LEASE_WAIT = "packiceLeaseWait";
  static final String PARTS_SCANNED = "packicePartsScanned";
  static final String PARTS_SKIPPED = "packicePartsSkipped";
  static final String ROWS = "packiceRows";

  private ReadMetrics() {
  }

  static CustomMetric[] all() {
    return new CustomMetric[] {new BytesMapped(), new LeaseWait(), new PartsScanned(), new PartsSkipped(), new Rows()};
  }

  /** A value of a metric. */
  record Value(String name, long value) implements CustomTaskMetric {
  }

  /** A sum over tasks. */
  abstract static class Sum extends CustomSumMetric {
    private final String name;
    private final String description;

    Sum(String name, String description) {
      this.name = name;
      this.description = description;
    }

    @Override
    public String name() {
      return name;
    }

    @Override
    public String description() {
      return description;
    }
  }

  /** The length of the parts that were mapped. */
  public static final class BytesMapped extends Sum {
    /** For Spark. */
    public BytesMapped() {
      super(BYTES_MAPPED, "bytes mapped");
    }
  }

  /** How long tasks, and the driver before them, waited for leases and mappings. */
  public static final class LeaseWait extends Sum {
    /** For Spark. */
    public LeaseWait() {
      super(LEASE_WAIT, "lease wait (us)");
    }
  }

  /** The parts that were mapped; one that several tasks read counts for each. */
  public static final class PartsScanned extends Sum {
    /** For Spark. */
    public PartsScanned() {
      super(PARTS_SCANNED, "parts scanned");
    }
  }

  /** The parts of the table that were not read. */
  public static final class PartsSkipped extends Sum {
    /** For Spark. */
    public PartsSkipped() {
      super(PARTS_SKIPPED, "parts skipped");
    }
  }

  /** The rows that were handed out. */
  public static final class Rows extends Sum {
    /** For Spark. */
    public Rows() {
      super(ROWS, "rows read");
    }
  }
}
