package io.packice.spark.read;

import io.packice.spark.options.OptionNames;
import org.apache.spark.network.util.JavaUtils;
import org.apache.spark.sql.internal.SQLConf;
import org.apache.spark.sql.util.CaseInsensitiveStringMap;
import org.jspecify.annotations.Nullable;

/**
 * How a table is read.
 *
 * @param splitBytes the most bytes that one task reads, of the columns that it reads; a single row may be more
 * @param stream how it is streamed
 */
public record ReadOptions(long splitBytes, StreamOptions stream) {
  /** The option that limits what one task reads: bytes, or such as {@code 64m}. */
  public static final String SPLIT_BYTES = "splitBytes";

  /** The option that names a version. */
  public static final String VERSION = "version";

  /** What Spark itself calls {@link #VERSION}; its {@code table} knows this one only. */
  public static final String VERSION_AS_OF = "versionAsOf";

  /**
   * Reads options.
   *
   * @param options those of the read
   * @return what they say; what they do not say is as Spark's own configuration of files says
   * @throws IllegalArgumentException if one makes no sense
   */
  public static ReadOptions of(CaseInsensitiveStringMap options) {
    OptionNames.require(options);
    String split = options.get(SPLIT_BYTES);
    if (split == null) {
      return new ReadOptions(SQLConf.get().filesMaxPartitionBytes(), StreamOptions.of(options));
    }
    long bytes;
    try {
      bytes = JavaUtils.byteStringAsBytes(split);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "Cannot read with " + SPLIT_BYTES + "=" + split + ": give bytes, or a number with k, m or g", e);
    }
    if (bytes <= 0) {
      throw new IllegalArgumentException("Cannot read with " + SPLIT_BYTES + "=" + split + ": give more than 0");
    }
    return new ReadOptions(bytes, StreamOptions.of(options));
  }

  /**
   * The version that a read asks for.
   *
   * @param options those of the read
   * @return from 1; null for the current one
   * @throws IllegalArgumentException if it is no number, or there are two that differ
   */
  public static @Nullable Long version(CaseInsensitiveStringMap options) {
    String version = options.get(VERSION);
    String versionAsOf = options.get(VERSION_AS_OF);
    if (version != null && versionAsOf != null && parseVersion(version) != parseVersion(versionAsOf)) {
      throw new IllegalArgumentException("Cannot read with " + VERSION + "=" + version + " and " + VERSION_AS_OF + "="
          + versionAsOf + ": give one of them");
    }
    String given = version == null ? versionAsOf : version;
    return given == null ? null : Long.valueOf(parseVersion(given));
  }

  /**
   * Reads a version.
   *
   * @param version as the user wrote it
   * @return from 1
   * @throws IllegalArgumentException if it is no number from 1
   */
  public static long parseVersion(String version) {
    try {
      long number = Long.parseLong(version.strip());
      if (number > 0) {
        return number;
      }
    } catch (NumberFormatException _) {
      // told of below
    }
    throw new IllegalArgumentException("Cannot read version " + version + ": versions are numbers from 1");
  }
}
