/**
 * Parquet files into Arrow vectors and back, by column and without Hadoop. {@link io.packice.arrow.parquet.ParquetFormat} is what tables are imported from,
 * {@link io.packice.arrow.parquet.ParquetExport} a file of a table; {@link io.packice.arrow.parquet.ParquetEngine} reads and writes record batches.
 *
 * <p>What becomes of Parquet's types:
 * <table>
 * <caption>Parquet to Arrow</caption>
 * <tr><th>Parquet</th><th>Arrow</th></tr>
 * <tr><td>BOOLEAN</td><td>Bool</td></tr>
 * <tr><td>INT32, INT64</td><td>Int32, Int64</td></tr>
 * <tr><td>INT32 or INT64 as INTEGER(n, signed)</td><td>Int8 to Int64, UInt8 to UInt64</td></tr>
 * <tr><td>FLOAT, DOUBLE, FIXED(2) as FLOAT16</td><td>Float32, Float64, Float16</td></tr>
 * <tr><td>INT32, INT64, BYTE_ARRAY, FIXED as DECIMAL(p, s)</td><td>Decimal128(p, s) up to 38 digits, Decimal256(p, s) up to 76</td></tr>
 * <tr><td>INT32 as DATE</td><td>Date32</td></tr>
 * <tr><td>INT32, INT64 as TIME(unit)</td><td>Time32(ms), Time64(us, ns)</td></tr>
 * <tr><td>INT64 as TIMESTAMP(unit, in UTC)</td><td>Timestamp(ms, us, ns; UTC), or without a zone if it is local</td></tr>
 * <tr><td>INT96</td><td>Timestamp(us, UTC): as Spark reads it, so that no year is out of range; nanoseconds are cut off</td></tr>
 * <tr><td>BYTE_ARRAY as STRING, ENUM, JSON</td><td>Utf8, checked to be UTF-8</td></tr>
 * <tr><td>BYTE_ARRAY, also as BSON, GEOMETRY, GEOGRAPHY</td><td>Binary</td></tr>
 * <tr><td>FIXED(n)</td><td>FixedSizeBinary(n)</td></tr>
 * <tr><td>FIXED(16) as UUID</td><td>FixedSizeBinary(16), marked as Arrow's extension {@code arrow.uuid}</td></tr>
 * <tr><td>FIXED(12) as INTERVAL</td><td>Interval(month, day, nano)</td></tr>
 * <tr><td>any as UNKNOWN</td><td>Null</td></tr>
 * <tr><td>group as VARIANT</td><td>Struct of what it is stored as: it is not decoded</td></tr>
 * <tr><td>group</td><td>Struct</td></tr>
 * <tr><td>group as LIST, of three or of two levels; a repeated field</td><td>List</td></tr>
 * <tr><td>group as MAP</td><td>Map; its keys must not be null. Without values: List</td></tr>
 * </table>
 *
 * <p>A file that was written from Arrow says so in its metadata ({@code ARROW:schema}); there, what Parquet cannot tell apart comes back as it was:
 * LargeUtf8, LargeBinary, LargeList, FixedSizeList, Date64, Duration, seconds, other intervals, the names of time zones, Decimal256 of few digits, and
 * the metadata of fields.
 *
 * <p>Codecs: uncompressed, snappy, gzip, zstd, lz4_raw, lz4 (as Hadoop wrote it), lzo and brotli. Encrypted files are refused.
 *
 * <p>Nothing that a file says of itself is believed before it was compared with what is there: a damaged file is a
 * {@link io.packice.arrow.parquet.ParquetException} that names the file, the row group and the column. Memory is taken for what was decoded,
 * never for what was announced.
 */
@NullMarked
package io.packice.arrow.parquet;

import org.jspecify.annotations.NullMarked;
