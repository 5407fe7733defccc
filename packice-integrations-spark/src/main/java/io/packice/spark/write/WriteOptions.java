package io.packice.spark.write;

import io.packice.arrow.TableOptions;
import io.packice.arrow.manifest.TableDescription;
import io.packice.core.AcquireRequest;
import io.packice.core.AcquireRequest.Room;
import io.packice.spark.options.OptionNames;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.spark.network.util.JavaUtils;
import org.apache.spark.sql.util.CaseInsensitiveStringMap;
import org.jspecify.annotations.Nullable;

/**
 * How a table is written.
 *
 * @param partBytes the least size of a part, but for the last of each task, and of each partition in it
 * @param leaseTtl how long parts stay when their task, or the driver, is killed before they are published
 * @param history how many earlier versions stay readable; null for as many as the table says
 * @param room what room for the parts may be made of
 */
public record WriteOptions(long partBytes, Duration leaseTtl, @Nullable Integer history, Room room) {
  /** The option for {@link #partBytes}: bytes, or such as {@code 64m}. */
  public static final String PART_BYTES = "partBytes";

  /** The option for {@link #leaseTtl}: seconds, or such as {@code 5min}. */
  public static final String LEASE_TTL = "leaseTtl";

  /** The option for {@link #history}. */
  public static final String HISTORY = "history";

  /** The option for {@link #room}: {@code lru}, or {@code none} to refuse rather than evict; otherwise what the peer is served with. */
  public static final String EVICT = "evict";

  /** Nobody renews the parts of a continuous stream between the end of an epoch in a task and its commit. */
  private static final Duration STREAMING_TTL = Duration.ofMinutes(10);

  /**
   * Reads options.
   *
   * @param options those of the write
   * @param properties those of the table, which count where the options say nothing
   * @return what they say, or the usual
   * @throws IllegalArgumentException if one makes no sense
   */
  public static WriteOptions of(CaseInsensitiveStringMap options, Map<String, String> properties) {
    OptionNames.require(options);
    String part = first(options, properties, PART_BYTES);
    String ttl = first(options, properties, LEASE_TTL);
    String history = options.get(HISTORY);
    Room room = room(first(options, properties, EVICT));
    try {
      return new WriteOptions(part == null ? TableOptions.DEFAULT_PART_BYTES : JavaUtils.byteStringAsBytes(part),
          ttl == null
              ? AcquireRequest.DEFAULT_TTL
              : Duration
                  .ofMillis(JavaUtils.timeStringAs(ttl.matches("[0-9]+") ? ttl + "s" : ttl, TimeUnit.MILLISECONDS)),
          history == null ? null : Integer.valueOf(history), room).checked();
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("Cannot write with " + PART_BYTES + "=" + part + ", " + LEASE_TTL + "=" + ttl
          + ", " + HISTORY + "=" + history + ": give bytes such as 64m, a time such as 60s, and a number", e);
    }
  }

  private static Room room(@Nullable String evict) {
    return switch (evict == null ? "" : evict.toLowerCase(Locale.ROOT)) {
      case "" -> Room.USUAL;
      case "lru" -> Room.EVICT;
      case "none" -> Room.FREE;
      default -> throw new IllegalArgumentException("Cannot write with " + EVICT + "=" + evict + ": say lru or none");
    };
  }

  private static @Nullable String first(CaseInsensitiveStringMap options, Map<String, String> properties, String key) {
    String given = options.get(key);
    return given == null ? properties.get(key) : given;
  }

  private WriteOptions checked() {
    if (leaseTtl.toMillis() <= 0) {
      throw new IllegalArgumentException("Cannot write with " + LEASE_TTL + "=" + leaseTtl + ": give more than 0");
    }
    var _ = TableOptions.defaults().withPartBytes(partBytes).withHistory(history == null ? 0 : history);
    return this;
  }

  /** A table with the history that was asked for, or its own. */
  TableDescription withHistory(TableDescription table) {
    return history == null ? table : table.withHistory(history);
  }

  WriteOptions forStreaming() {
    return leaseTtl.equals(AcquireRequest.DEFAULT_TTL) ? new WriteOptions(partBytes, STREAMING_TTL, history, room)
        : this;
  }
}
