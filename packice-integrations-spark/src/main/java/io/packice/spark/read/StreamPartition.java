package io.packice.spark.read;

import org.apache.spark.sql.connector.read.InputPartition;

/**
 * What one task of a stream reads. Each batch may be of another version.
 *
 * @param slices rows of parts
 * @param description the table's schema in that version, without parts
 */
@SuppressWarnings("ArrayRecordComponent") // goes over the wire, and is never compared
record StreamPartition(SlicePartition slices, byte[] description) implements InputPartition {
}
