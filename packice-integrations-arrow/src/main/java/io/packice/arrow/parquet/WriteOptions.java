package io.packice.arrow.parquet;

import java.util.Objects;

/**
 * How Parquet is written. Start with {@link #defaults} and refine by the {@code with…} methods, each of which returns a changed copy.
 *
 * @param codec how pages are compressed
 * @param rowGroupBytes about how much of memory a row group takes before it is written, at least 1
 * @param pageBytes about how large a page is before it is compressed, at least 1
 */
public record WriteOptions(Codec codec, long rowGroupBytes, int pageBytes) {
  /** The default of {@link #rowGroupBytes}: 128 MiB. */
  public static final long DEFAULT_ROW_GROUP_BYTES = 128L << 20;

  /** The default of {@link #pageBytes}: 1 MiB. */
  public static final int DEFAULT_PAGE_BYTES = 1 << 20;

  /** The codecs that can be written. More can be read. */
  public enum Codec {
    /** None. */
    UNCOMPRESSED,
    /** Fast, and known to all readers. */
    SNAPPY,
    /** Slow, and known to all readers. */
    GZIP,
    /** The best of both; the default. */
    ZSTD,
    /** The fastest; readers older than 2021 do not know it. */
    LZ4_RAW
  }

  /**
   * Checks the options.
   *
   * @throws IllegalArgumentException if a size is not positive
   */
  public WriteOptions {
    Objects.requireNonNull(codec, "codec");
    if (rowGroupBytes < 1 || pageBytes < 1) {
      throw new IllegalArgumentException(
          "Cannot write row groups of " + rowGroupBytes + " bytes and pages of " + pageBytes
              + "; give 1 or more");
    }
  }

  /**
   * Zstandard, row groups of {@link #DEFAULT_ROW_GROUP_BYTES}, pages of {@link #DEFAULT_PAGE_BYTES}.
   *
   * @return the options
   */
  public static WriteOptions defaults() {
    return new WriteOptions(Codec.ZSTD, DEFAULT_ROW_GROUP_BYTES, DEFAULT_PAGE_BYTES);
  }

  /**
   * With another codec.
   *
   * @param newCodec how pages are compressed
   * @return a changed copy
   */
  public WriteOptions withCodec(Codec newCodec) {
    return new WriteOptions(newCodec, rowGroupBytes, pageBytes);
  }

  /**
   * With row groups of another size.
   *
   * @param newRowGroupBytes bytes, 1 or more
   * @return a changed copy
   * @throws IllegalArgumentException if it is not positive
   */
  public WriteOptions withRowGroupBytes(long newRowGroupBytes) {
    return new WriteOptions(codec, newRowGroupBytes, pageBytes);
  }

  /**
   * With pages of another size.
   *
   * @param newPageBytes bytes, 1 or more
   * @return a changed copy
   * @throws IllegalArgumentException if it is not positive
   */
  public WriteOptions withPageBytes(int newPageBytes) {
    return new WriteOptions(codec, rowGroupBytes, newPageBytes);
  }
}
