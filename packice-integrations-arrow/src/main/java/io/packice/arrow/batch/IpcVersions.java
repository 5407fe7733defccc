package io.packice.arrow.batch;

import io.packice.arrow.schema.Damage;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import org.apache.arrow.flatbuf.KeyValue;
import org.apache.arrow.flatbuf.Message;
import org.apache.arrow.flatbuf.MessageHeader;
import org.apache.arrow.flatbuf.MetadataVersion;
import org.apache.arrow.flatbuf.Schema;

/** Which versions of Arrow's format are read. */
public final class IpcVersions {
  /** How Arrow 0.17 said that a body is compressed; buffers that nobody decompresses might be taken for values. */
  private static final String EXPERIMENTAL_COMPRESSION = "ARROW:experimental_compression";

  private static final int MAGIC_BYTES = 8;
  /** Of a schema; a larger number is rather text. */
  private static final int MAX_UNMARKED_BYTES = 1 << 24;

  private IpcVersions() {
  }

  /**
   * Whether a file or stream begins so.
   *
   * @param start its first bytes
   * @return whether it may be Arrow
   */
  public static boolean begins(byte[] start) {
    String text = new String(start, 0, Math.min(start.length, MAGIC_BYTES), StandardCharsets.ISO_8859_1);
    return text.startsWith("ARROW1") || text.startsWith("FEA1") // the first version of Feather is none, which the import says
        || (start.length >= MAGIC_BYTES && (number(start) == IpcMessages.CONTINUATION || isUnmarked(start)));
  }

  private static int number(byte[] start) {
    return ByteBuffer.wrap(start).order(ByteOrder.LITTLE_ENDIAN).getInt();
  }

  /** A schema's message behind its length alone, as before 0.15; of it, the beginning. */
  private static boolean isUnmarked(byte[] start) {
    int length = number(start);
    if (length <= 0 || length > MAX_UNMARKED_BYTES || (length + Integer.BYTES) % Long.BYTES != 0) {
      return false;
    }
    int there = Math.min(length, start.length - Integer.BYTES);
    try {
      Message message = Message.getRootAsMessage(
          ByteBuffer.wrap(start, Integer.BYTES, there).slice().order(ByteOrder.LITTLE_ENDIAN));
      return message.headerType() == MessageHeader.Schema && message.version() == MetadataVersion.V4
          && message.bodyLength() == 0 && message.header(new Schema()) instanceof Schema schema
          && schema.fieldsLength() > 0;
    } catch (RuntimeException _) { // by which flatbuffers finds out
      return false;
    }
  }

  /**
   * Refuses a message that this version would misread.
   *
   * @param message the message
   * @throws Damage if it is of another version of the format, or compressed as one was that came to nothing
   */
  public static void requireSupported(Message message) {
    requireSupported(message.version());
    for (int i = 0; i < message.customMetadataLength(); i++) {
      KeyValue entry = message.customMetadata(i);
      if (entry != null && EXPERIMENTAL_COMPRESSION.equals(entry.key())) {
        throw Damage.unsupported("it is compressed as Arrow 0.17 did, which is not supported",
            "write it anew with Arrow 1.0 or later");
      }
    }
  }

  /**
   * Refuses metadata of another version.
   *
   * @param version as it is stored, counted from 0
   * @throws Damage if it is older than Arrow 0.8, or newer than what there is
   */
  public static void requireSupported(short version) {
    if (version < MetadataVersion.V4 || version > MetadataVersion.V5) {
      throw Damage
          .unsupported("it says version " + (version + 1) + " of Arrow's metadata, and " + (MetadataVersion.V4 + 1)
              + " and " + (MetadataVersion.V5 + 1) + " are supported", "write it in one of these, or get it anew");
    }
  }
}
