package io.packice.arrow.batch;

import com.google.flatbuffers.FlatBufferBuilder;
import io.packice.arrow.vectors.NativeMemory;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import org.apache.arrow.flatbuf.Buffer;
import org.apache.arrow.flatbuf.DictionaryBatch;
import org.apache.arrow.flatbuf.FieldNode;
import org.apache.arrow.flatbuf.MessageHeader;
import org.apache.arrow.flatbuf.RecordBatch;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.vector.BufferLayout.BufferType;
import org.apache.arrow.vector.TypeLayout;
import org.apache.arrow.vector.ipc.message.ArrowFieldNode;
import org.apache.arrow.vector.ipc.message.ArrowRecordBatch;
import org.apache.arrow.vector.ipc.message.IpcOption;
import org.apache.arrow.vector.ipc.message.MessageSerializer;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/**
 * Where everything of one record batch will lie, known before a byte is written. An encapsulated IPC message, then its body:
 *
 * <pre>
 * 0           4          8                      metadataBytes                      metadataBytes + bodyBytes
 * | FFFFFFFF  | int32    | flatbuffer, zero pad | buffer 0, zero pad | buffer 1 …  |
 * </pre>
 *
 * A dictionary's values are a record batch of one column, in a message of their own kind. The message starts on a multiple of {@value PartFile#ALIGNMENT} bytes of the part, and so do the body and each buffer in it.
 */
public final class BatchLayout {
  private final int rowCount;
  private final long[] bufferOffsets;
  private final long[] bufferBytes;
  private final long bodyBytes;
  private final byte[] metadata;

  private BatchLayout(int rowCount, List<ArrowFieldNode> nodes, long[] bufferBytes, List<Long> variadicCounts,
      @Nullable Long dictionary) {
    this.rowCount = rowCount;
    this.bufferBytes = bufferBytes;
    this.bufferOffsets = new long[bufferBytes.length];
    long end = 0;
    for (int i = 0; i < bufferBytes.length; i++) {
      bufferOffsets[i] = end;
      end = PartFile.align(end + bufferBytes[i]);
    }
    this.bodyBytes = end;
    this.metadata = message(nodes, variadicCounts, dictionary);
  }

  /**
   * Lays out buffers of stated lengths, one for each that the schema's types ask for, in the order of IPC.
   *
   * @param rowCount how many rows
   * @param nodes one for each field, depth first
   * @param bufferBytes how long each buffer is
   * @return the layout
   */
  public static BatchLayout of(int rowCount, List<ArrowFieldNode> nodes, long... bufferBytes) {
    return new BatchLayout(rowCount, nodes, bufferBytes, List.of(), null);
  }

  /**
   * Lays out what a root was unloaded into. Validity buffers of columns without nulls take no room, as IPC allows.
   *
   * @param schema its columns, as vectors have them
   * @param batch the buffers, wherever they are
   * @return the layout
   */
  public static BatchLayout of(Schema schema, ArrowRecordBatch batch) {
    return of(schema, batch, null);
  }

  /**
   * Lays out all values of a dictionary.
   *
   * @param id the dictionary's
   * @param schema its one column
   * @param values all of them
   * @return the layout
   */
  public static BatchLayout ofDictionary(long id, Schema schema, ArrowRecordBatch values) {
    return of(schema, values, id);
  }

  private static BatchLayout of(Schema schema, ArrowRecordBatch batch, @Nullable Long dictionary) {
    long[] bytes = batch.getBuffers().stream().mapToLong(BatchLayout::byteSize).toArray();
    BatchCursor cursor = new BatchCursor(batch.getNodes().size(), bytes.length, batch.getVariadicBufferCounts());
    schema.getFields().forEach(field -> omitValidity(field, cursor, batch.getNodes(), bytes));
    cursor.requireEnd();
    return new BatchLayout(batch.getLength(), batch.getNodes(), bytes, batch.getVariadicBufferCounts(), dictionary);
  }

  /** Empty vectors share one empty buffer, and an empty list lets it say that it has an offset. */
  private static long byteSize(ArrowBuf buffer) {
    return Math.min(buffer.readableBytes(), buffer.capacity());
  }

  private static void omitValidity(Field field, BatchCursor cursor, List<ArrowFieldNode> nodes, long[] bytes) {
    BatchCursor.Own own = cursor.next(field);
    List<BufferType> kinds = TypeLayout.getTypeLayout(field.getType()).getBufferTypes();
    if (nodes.get(own.node()).getNullCount() == 0 && !kinds.isEmpty() && kinds.getFirst() == BufferType.VALIDITY) {
      bytes[own.buffer()] = 0;
    }
    field.getChildren().forEach(child -> omitValidity(child, cursor, nodes, bytes));
  }

  private byte[] message(List<ArrowFieldNode> nodes, List<Long> variadicCounts, @Nullable Long dictionary) {
    FlatBufferBuilder builder = new FlatBufferBuilder();
    RecordBatch.startNodesVector(builder, nodes.size());
    for (ArrowFieldNode node : nodes.reversed()) {
      FieldNode.createFieldNode(builder, node.getLength(), node.getNullCount());
    }
    int nodesAt = builder.endVector();
    RecordBatch.startBuffersVector(builder, bufferBytes.length);
    for (int i = bufferBytes.length - 1; i >= 0; i--) {
      Buffer.createBuffer(builder, bufferOffsets[i], bufferBytes[i]);
    }
    int buffersAt = builder.endVector();
    int variadicAt = variadicCounts.isEmpty()
        ? 0
        : RecordBatch.createVariadicBufferCountsVector(builder,
            variadicCounts.stream().mapToLong(Long::longValue).toArray());
    RecordBatch.startRecordBatch(builder);
    RecordBatch.addLength(builder, rowCount);
    RecordBatch.addNodes(builder, nodesAt);
    RecordBatch.addBuffers(builder, buffersAt);
    if (variadicAt != 0) {
      RecordBatch.addVariadicBufferCounts(builder, variadicAt);
    }
    int batchAt = RecordBatch.endRecordBatch(builder);
    byte kind = dictionary == null ? MessageHeader.RecordBatch : MessageHeader.DictionaryBatch;
    int headerAt =
        dictionary == null ? batchAt : DictionaryBatch.createDictionaryBatch(builder, dictionary, batchAt, false);
    return encapsulate(
        MessageSerializer.serializeMessage(builder, kind, headerAt, bodyBytes, IpcOption.DEFAULT), 0);
  }

  /**
   * A message with its prefix, padded so that what follows is aligned.
   *
   * @param message all that remains
   * @param offset where it will stand
   * @return its bytes
   */
  public static byte[] encapsulate(ByteBuffer message, long offset) {
    int prefixBytes = 2 * Integer.BYTES;
    int whole = Math.toIntExact(PartFile.align(offset + prefixBytes + message.remaining()) - offset);
    return ByteBuffer.allocate(whole)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putInt(MessageSerializer.IPC_CONTINUATION_TOKEN)
        .putInt(whole - prefixBytes)
        .put(message)
        .array();
  }

  /**
   * Writes the buffers of what was laid out, from wherever they are.
   *
   * @param batch what was laid out
   * @param sink where to, at the body's start
   * @throws IOException if it cannot be written
   */
  public void writeBody(ArrowRecordBatch batch, PartSink sink) throws IOException {
    for (int i = 0; i < bufferBytes.length; i++) {
      sink.write(NativeMemory.of(batch.getBuffers().get(i), bufferBytes[i]));
      sink.pad();
    }
  }

  /**
   * Its rows.
   *
   * @return how many
   */
  public int rowCount() {
    return rowCount;
  }

  /**
   * The message, prefix and padding included.
   *
   * @return its bytes
   */
  public byte[] metadata() {
    return metadata;
  }

  /**
   * The body's length.
   *
   * @return bytes, a multiple of {@value PartFile#ALIGNMENT}
   */
  public long bodyBytes() {
    return bodyBytes;
  }

  /**
   * One buffer's length, without its padding.
   *
   * @param index which, in the order of IPC
   * @return bytes
   */
  public long bufferBytes(int index) {
    return bufferBytes[index];
  }

  /**
   * Where one buffer begins, counted from the body's start.
   *
   * @param index which, in the order of IPC
   * @return bytes
   */
  public long bufferOffset(int index) {
    return bufferOffsets[index];
  }

  /**
   * The length of message and body.
   *
   * @return bytes
   */
  public long byteSize() {
    return metadata.length + bodyBytes;
  }
}
