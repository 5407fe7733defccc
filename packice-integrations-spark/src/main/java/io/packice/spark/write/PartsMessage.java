package io.packice.spark.write;

import io.packice.arrow.manifest.DraftParts;
import org.apache.spark.sql.connector.write.WriterCommitMessage;

/**
 * What a task tells the driver: the parts that it has filled.
 *
 * @param parts as bytes, since any of Spark's serialisers may have to send them
 */
@SuppressWarnings("ArrayRecordComponent") // goes over the wire, and is never compared
record PartsMessage(byte[] parts) implements WriterCommitMessage {
  static DraftParts of(WriterCommitMessage message) {
    return DraftParts.fromBytes(((PartsMessage) message).parts);
  }
}
