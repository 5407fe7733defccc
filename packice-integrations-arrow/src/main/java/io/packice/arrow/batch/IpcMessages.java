package io.packice.arrow.batch;

import com.google.flatbuffers.Table;
import io.packice.arrow.schema.Damage;
import io.packice.arrow.vectors.NativeMemory;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.flatbuf.Buffer;
import org.apache.arrow.flatbuf.FieldNode;
import org.apache.arrow.flatbuf.Footer;
import org.apache.arrow.flatbuf.Message;
import org.apache.arrow.flatbuf.RecordBatch;
import org.apache.arrow.vector.ipc.message.ArrowFieldNode;
import org.apache.arrow.vector.ipc.message.MessageSerializer;
import org.jspecify.annotations.Nullable;

/**
 * The messages of Arrow IPC in mapped memory, of a file or a stream. Trusts nothing: what a message says of lengths and places is compared with
 * what is there. Every method throws {@link Damage} for what is wrong, or whatever exception flatbuffers' own checks give.
 */
public final class IpcMessages {
  /** What a message begins with since Arrow 0.15; behind it is the length, with which older ones begin. */
  public static final int CONTINUATION = MessageSerializer.IPC_CONTINUATION_TOKEN;
  /** What a footer says of one batch. */
  private static final int BLOCK_BYTES = 24;
  private static final int SMALLEST_FILE = PartFile.LEADING_BYTES + PartFile.TRAILING_BYTES;

  private final MemorySegment bytes;

  /**
   * The messages in some memory.
   *
   * @param bytes all of it; nothing of it is believed
   */
  public IpcMessages(MemorySegment bytes) {
    this.bytes = bytes;
  }

  /**
   * A message, the memory behind it that belongs to it, and where the next may begin.
   *
   * @param message the message
   * @param body the memory that belongs to it
   * @param end where the next may begin
   * @param name what messages for people call it
   */
  public record Found(Message message, MemorySegment body, long end, String name) {
    /**
     * What the message is about, if it is of that kind.
     *
     * @param <T> its class
     * @param type a constant of {@code MessageHeader}
     * @param header an empty one
     * @return the same, filled
     * @throws Damage if it is about something else
     */
    public <T extends Table> T header(byte type, T header) {
      Table table = message.headerType() == type ? message.header(header) : null;
      if (table == null) {
        throw new Damage(name + " is a message about something else");
      }
      return header;
    }
  }

  private ByteBuffer flatbuffer(long offset, long length) {
    return bytes.asSlice(offset, length).asByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
  }

  /**
   * Whether it is a file: that begins and ends with the magic, a stream with a message.
   *
   * @return whether it begins so
   */
  public boolean isFile() {
    MemorySegment magic = MemorySegment.ofArray(PartFile.MAGIC);
    return bytes.byteSize() >= magic.byteSize() && bytes.asSlice(0, magic.byteSize()).mismatch(magic) == -1;
  }

  /**
   * The footer of a file.
   *
   * @return the footer, which has no more batches than there can be
   * @throws Damage if there is none
   */
  public Footer footer() {
    long size = bytes.byteSize();
    Damage.require(size >= SMALLEST_FILE, "too short for an Arrow file");
    Damage.require(isFile(), "it does not begin with ARROW1");
    MemorySegment magic = MemorySegment.ofArray(PartFile.MAGIC);
    Damage.require(bytes.asSlice(size - magic.byteSize()).mismatch(magic) == -1, "it does not end with ARROW1");
    long start = footerStart();
    Footer footer = Footer.getRootAsFooter(flatbuffer(start, size - PartFile.TRAILING_BYTES - start));
    long blocks = (long) footer.dictionariesLength() + footer.recordBatchesLength();
    Damage.require(blocks * BLOCK_BYTES <= size, "more batches than bytes");
    return footer;
  }

  /**
   * Of a file that is long enough for one.
   *
   * @return where its footer begins
   * @throws Damage if its length is impossible
   */
  public long footerStart() {
    long end = bytes.byteSize() - PartFile.TRAILING_BYTES;
    int length = bytes.get(NativeMemory.INT, end);
    Damage.require(length > 0 && length <= end - PartFile.LEADING_BYTES, "footer of " + length + " bytes");
    return end - length;
  }

  /**
   * What stands before a message.
   *
   * @param bytes how many these are themselves
   * @param length how many the message has; 0 marks the end of a stream
   */
  private record Prefix(int bytes, int length) {
  }

  private Prefix prefix(long offset, String name) {
    long left = bytes.byteSize() - offset;
    Damage.require(left >= Integer.BYTES, name + " does not begin with a message");
    int first = bytes.get(NativeMemory.INT, offset);
    boolean isMarked = first == CONTINUATION;
    int size = isMarked ? 2 * Integer.BYTES : Integer.BYTES;
    Damage.require(left >= size && (isMarked || first >= 0), name + " does not begin with a message");
    return new Prefix(size, isMarked ? bytes.get(NativeMemory.INT, offset + Integer.BYTES) : first);
  }

  /**
   * The message at a place that a footer names.
   *
   * @param offset where
   * @param metadataBytes how long it is with what stands before it
   * @param name what messages for people call it
   * @return what is there
   * @throws Damage if it is no message, or its body lies outside
   */
  public Found at(long offset, long metadataBytes, String name) {
    Damage.require(offset >= 0 && metadataBytes > Integer.BYTES && metadataBytes <= bytes.byteSize() - offset,
        name + " lies outside");
    int before = prefix(offset, name).bytes;
    Damage.require(metadataBytes > before, name + " lies outside");
    Message message = Message.getRootAsMessage(flatbuffer(offset + before, metadataBytes - before));
    IpcVersions.requireSupported(message);
    long body = offset + metadataBytes;
    Damage.require(message.bodyLength() >= 0 && message.bodyLength() <= bytes.byteSize() - body,
        name + " has a body outside");
    return new Found(message, bytes.asSlice(body, message.bodyLength()), body + message.bodyLength(), name);
  }

  /**
   * The next message of a stream; null at its end, which a stream may mark or not.
   *
   * @param offset where
   * @param name what messages for people call it
   * @return what is there; null at the end
   * @throws Damage if it is no message, or its body lies outside
   */
  @Nullable
  public Found next(long offset, String name) {
    if (offset == bytes.byteSize()) {
      return null;
    }
    Prefix prefix = prefix(offset, name);
    return prefix.length == 0 ? null : at(offset, (long) prefix.length + prefix.bytes, name);
  }

  /**
   * Where a stream goes on behind its end, or behind the mark of it, if it does.
   *
   * @param offset where the last message ended
   * @return where the next stream begins, or the end of the memory
   * @throws Damage if there is something else
   */
  public long behindMark(long offset) {
    return offset == bytes.byteSize() ? offset : offset + prefix(offset, "the mark of its end").bytes;
  }

  /**
   * A record batch whose buffers lie in its body; the schema is still to be compared.
   *
   * @param holder keeps the memory
   * @param body where the buffers lie
   * @param header what the message says
   * @param name what messages for people call it
   * @return the batch
   * @throws Damage if a buffer lies outside, or a count is impossible
   */
  public static StoredBatch batch(SharedMapping holder, MemorySegment body, RecordBatch header, String name) {
    Damage.require(header.length() >= 0 && header.length() <= Integer.MAX_VALUE,
        name + " has " + header.length() + " rows");
    return new StoredBatch(holder, body, (int) header.length(), nodes(header, name), buffers(header, body, name),
        variadicCounts(header));
  }

  private static List<ArrowFieldNode> nodes(RecordBatch header, String name) {
    List<ArrowFieldNode> nodes = new ArrayList<>();
    for (int i = 0; i < header.nodesLength(); i++) {
      FieldNode node = header.nodes(i);
      Damage.require(node.length() >= 0 && node.length() <= Integer.MAX_VALUE && node.nullCount() >= 0
          && node.nullCount() <= node.length(), name + " has a column of " + node.length() + " values");
      nodes.add(new ArrowFieldNode(node.length(), node.nullCount()));
    }
    return List.copyOf(nodes);
  }

  private static List<StoredBatch.Slice> buffers(RecordBatch header, MemorySegment body, String name) {
    List<StoredBatch.Slice> buffers = new ArrayList<>();
    for (int i = 0; i < header.buffersLength(); i++) {
      Buffer buffer = header.buffers(i);
      Damage.require(buffer.offset() >= 0 && buffer.length() >= 0 && buffer.length() <= body.byteSize()
          && buffer.offset() <= body.byteSize() - buffer.length(), name + " has buffer " + i + " outside its body");
      buffers.add(new StoredBatch.Slice(buffer.offset(), buffer.length()));
    }
    return List.copyOf(buffers);
  }

  private static List<Long> variadicCounts(RecordBatch header) {
    List<Long> counts = new ArrayList<>();
    for (int i = 0; i < header.variadicBufferCountsLength(); i++) {
      counts.add(header.variadicBufferCounts(i));
    }
    return List.copyOf(counts);
  }
}
