package io.packice.arrow.manifest;

/**
 * A table as a listing shows it.
 *
 * @param name its name
 * @param version its version, from 1
 * @param columnCount how many columns it has
 * @param rowCount how many rows it has
 * @param partCount how many parts it has
 * @param byteSize the sum of its parts' lengths in bytes
 */
public record TableSummary(String name, long version, int columnCount, long rowCount, int partCount, long byteSize) {
}
