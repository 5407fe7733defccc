package io.packice.arrow.batch;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.apache.arrow.flatbuf.Message;
import org.apache.arrow.flatbuf.MessageHeader;
import org.apache.arrow.vector.ipc.message.IpcOption;
import org.apache.arrow.vector.ipc.message.MessageSerializer;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * A schema as an encapsulated message of Arrow IPC, in memory. Arrow's own methods for it go through channels, which an interrupted thread cannot use,
 * though nothing of this waits.
 */
public final class SchemaMessage {
  private SchemaMessage() {
  }

  /**
   * Writes a schema.
   *
   * @param schema the schema
   * @return the message with its prefix
   */
  public static byte[] encode(Schema schema) {
    return BatchLayout.encapsulate(MessageSerializer.serializeMetadata(schema, IpcOption.DEFAULT), 0);
  }

  /**
   * Reads a schema.
   *
   * @param message the message with its prefix, with or without the mark that Arrow before 0.15 did not write
   * @return the schema
   * @throws IllegalArgumentException if the message is about something else
   * @throws RuntimeException whichever flatbuffers' own checks give, if it is damaged
   */
  public static Schema decode(byte[] message) {
    ByteBuffer bytes = ByteBuffer.wrap(message).order(ByteOrder.LITTLE_ENDIAN);
    int prefix = bytes.getInt(0) == MessageSerializer.IPC_CONTINUATION_TOKEN ? 2 * Integer.BYTES : Integer.BYTES;
    Message found = Message.getRootAsMessage( // all that follows: the length before it says no more
        bytes.slice(prefix, message.length - prefix).order(ByteOrder.LITTLE_ENDIAN));
    if (found.headerType() != MessageHeader.Schema) {
      throw new IllegalArgumentException("it has another message in the place of its schema");
    }
    return MessageSerializer.deserializeSchema(found);
  }
}
