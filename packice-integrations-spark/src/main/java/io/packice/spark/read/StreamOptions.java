package io.packice.spark.read;

import java.util.ArrayList;
import java.util.List;
import org.apache.spark.network.util.JavaUtils;
import org.apache.spark.sql.connector.read.streaming.ReadLimit;
import org.apache.spark.sql.util.CaseInsensitiveStringMap;
import org.jspecify.annotations.Nullable;

/**
 * How a table is streamed.
 *
 * @param startingVersion the version whose new rows come first; 1 for all rows, null for those that come after the query has begun
 * @param maxRows the most rows of a batch, or null
 * @param maxParts the most parts of a batch, or null
 * @param maxBytes about the most bytes of a batch, or null
 */
record StreamOptions(@Nullable Long startingVersion, @Nullable Long maxRows, @Nullable Long maxParts,
    @Nullable Long maxBytes) {
  private static final String STARTING_VERSION = "startingVersion";
  private static final String MAX_ROWS = "maxRowsPerTrigger";
  private static final String MAX_PARTS = "maxPartsPerTrigger";
  private static final String MAX_BYTES = "maxBytesPerTrigger";
  private static final String EARLIEST = "earliest";
  private static final String LATEST = "latest";

  static StreamOptions of(CaseInsensitiveStringMap options) {
    String start = options.getOrDefault(STARTING_VERSION, EARLIEST);
    Long version = start.equalsIgnoreCase(EARLIEST) ? Long.valueOf(1)
        : start.equalsIgnoreCase(LATEST) ? null : Long.valueOf(ReadOptions.parseVersion(start));
    return new StreamOptions(version, positive(options, MAX_ROWS), positive(options, MAX_PARTS),
        positive(options, MAX_BYTES));
  }

  private static @Nullable Long positive(CaseInsensitiveStringMap options, String name) {
    String text = options.get(name);
    if (text == null) {
      return null;
    }
    try {
      long value = name.equals(MAX_BYTES) ? JavaUtils.byteStringAsBytes(text) : Long.parseLong(text.strip());
      if (value > 0) {
        return value;
      }
    } catch (NumberFormatException _) {
      // told of below
    }
    throw new IllegalArgumentException("Cannot stream with " + name + "=" + text + ": give a number from 1");
  }

  ReadLimit limit() {
    List<ReadLimit> limits = new ArrayList<>();
    if (maxRows != null) {
      limits.add(ReadLimit.maxRows(maxRows));
    }
    if (maxParts != null) {
      limits.add(ReadLimit.maxFiles(Math.toIntExact(maxParts)));
    }
    if (maxBytes != null) {
      limits.add(ReadLimit.maxBytes(maxBytes));
    }
    return switch (limits.size()) {
      case 0 -> ReadLimit.allAvailable();
      case 1 -> limits.getFirst();
      default -> ReadLimit.compositeLimit(limits.toArray(ReadLimit[]::new));
    };
  }
}
