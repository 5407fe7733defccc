package io.packice.arrow.batch;

import com.google.flatbuffers.FlatBufferBuilder;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.vector.ipc.message.ArrowBlock;
import org.apache.arrow.vector.ipc.message.ArrowFooter;
import org.apache.arrow.vector.ipc.message.IpcOption;
import org.apache.arrow.vector.ipc.message.MessageSerializer;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * A part as bytes: an Arrow IPC file, little-endian, uncompressed. Its length is known before a byte is written.
 *
 * <pre>
 * 0        8                       64·k           64·m      64·n
 * | ARROW1 | schema message, pad   | dictionaries | batch 0 | batch 1 | … | FFFFFFFF 00000000 | footer | int32 footer bytes | ARROW1 |
 * </pre>
 *
 * {@link BatchLayout} draws a batch. There is one for all values of each dictionary. The footer names each by offset, metadata length and body length.
 */
public final class PartFile {
  /** What every message, body and buffer starts on a multiple of, counted from the part's start, which is on a page boundary. */
  public static final int ALIGNMENT = 64;

  static final byte[] MAGIC = "ARROW1".getBytes(StandardCharsets.US_ASCII);
  /** The magic at the start, padded. */
  public static final int LEADING_BYTES = 8;
  /** The footer's length and the magic at the end. */
  public static final int TRAILING_BYTES = Integer.BYTES + MAGIC.length;

  private static final int END_OF_STREAM_BYTES = 2 * Integer.BYTES;

  private final List<BatchLayout> dictionaries;
  private final List<BatchLayout> batches;
  private final byte[] head;
  private final byte[] tail;
  private final long byteSize;

  /**
   * A part of these batches.
   *
   * @param schema its columns in the form that messages have
   * @param dictionaries all values of each dictionary
   * @param batches in order
   */
  public PartFile(Schema schema, List<BatchLayout> dictionaries, List<BatchLayout> batches) {
    this.dictionaries = List.copyOf(dictionaries);
    this.batches = List.copyOf(batches);
    this.head = head(schema);
    List<ArrowBlock> dictionaryBlocks = blocks(head.length, dictionaries);
    long dictionaryBytes = dictionaries.stream().mapToLong(BatchLayout::byteSize).sum();
    List<ArrowBlock> blocks = blocks(head.length + dictionaryBytes, batches);
    this.tail = tail(schema, dictionaryBlocks, blocks);
    this.byteSize =
        head.length + dictionaryBytes + batches.stream().mapToLong(BatchLayout::byteSize).sum() + tail.length;
  }

  private static List<ArrowBlock> blocks(long start, List<BatchLayout> batches) {
    List<ArrowBlock> blocks = new ArrayList<>();
    long offset = start;
    for (BatchLayout batch : batches) {
      blocks.add(new ArrowBlock(offset, batch.metadata().length, batch.bodyBytes()));
      offset += batch.byteSize();
    }
    return blocks;
  }

  /**
   * The next place at which something may begin.
   *
   * @param offset bytes from the part's start
   * @return the same, or more
   */
  public static long align(long offset) {
    return (offset + ALIGNMENT - 1) & -ALIGNMENT;
  }

  /**
   * The schema's message, padded so that what follows is aligned if it starts at {@code offset}.
   *
   * @param schema the columns in the form that messages have
   * @param offset where it will stand
   * @return its bytes
   */
  public static byte[] schema(Schema schema, long offset) {
    return BatchLayout.encapsulate(MessageSerializer.serializeMetadata(schema, IpcOption.DEFAULT), offset);
  }

  /**
   * What stands before the first dictionary or batch of a file.
   *
   * @param schema the columns in the form that messages have
   * @return its bytes
   */
  public static byte[] head(Schema schema) {
    byte[] message = schema(schema, LEADING_BYTES);
    return ByteBuffer.allocate(LEADING_BYTES + message.length).put(MAGIC).position(LEADING_BYTES).put(message).array();
  }

  /**
   * The mark of a stream's end.
   *
   * @return its bytes
   */
  public static byte[] endOfStream() {
    return ByteBuffer.allocate(END_OF_STREAM_BYTES).order(ByteOrder.LITTLE_ENDIAN)
        .putInt(MessageSerializer.IPC_CONTINUATION_TOKEN).putInt(0).array();
  }

  /**
   * What stands after the last batch of a file.
   *
   * @param schema the columns in the form that messages have
   * @param dictionaryBlocks where the dictionaries are
   * @param blocks where the batches are
   * @return its bytes
   */
  public static byte[] tail(Schema schema, List<ArrowBlock> dictionaryBlocks, List<ArrowBlock> blocks) {
    FlatBufferBuilder builder = new FlatBufferBuilder();
    builder.finish(new ArrowFooter(schema, dictionaryBlocks, blocks).writeTo(builder));
    ByteBuffer footer = builder.dataBuffer();
    return ByteBuffer.allocate(END_OF_STREAM_BYTES + footer.remaining() + TRAILING_BYTES)
        .order(ByteOrder.LITTLE_ENDIAN)
        .put(endOfStream())
        .put(footer.duplicate())
        .putInt(footer.remaining())
        .put(MAGIC)
        .array();
  }

  /**
   * The dictionaries.
   *
   * @return how each lies
   */
  public List<BatchLayout> dictionaries() {
    return dictionaries;
  }

  /**
   * The batches.
   *
   * @return how each lies
   */
  public List<BatchLayout> batches() {
    return batches;
  }

  /**
   * What stands before the first dictionary or batch.
   *
   * @return its bytes
   */
  public byte[] head() {
    return head;
  }

  /**
   * What stands after the last batch.
   *
   * @return its bytes
   */
  public byte[] tail() {
    return tail;
  }

  /**
   * The part's length.
   *
   * @return bytes
   */
  public long byteSize() {
    return byteSize;
  }

  /**
   * The rows of all batches.
   *
   * @return how many
   */
  public long rowCount() {
    return batches.stream().mapToLong(BatchLayout::rowCount).sum();
  }
}
