package io.packice.arrow;

import com.google.flatbuffers.FlatBufferBuilder;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Iterator;
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
final class BatchLayout {
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

  /** Lays out buffers of stated lengths, one for each that the schema's types ask for, in the order of IPC. */
  static BatchLayout of(int rowCount, List<ArrowFieldNode> nodes, long... bufferBytes) {
    return new BatchLayout(rowCount, nodes, bufferBytes, List.of(), null);
  }

  /** Lays out what a root was unloaded into. Validity buffers of columns without nulls take no room, as IPC allows. */
  static BatchLayout of(Schema schema, ArrowRecordBatch batch) {
    return of(schema, batch, null);
  }

  /** Lays out all values of a dictionary. */
  static BatchLayout ofDictionary(long id, Schema schema, ArrowRecordBatch values) {
    return of(schema, values, id);
  }

  private static BatchLayout of(Schema schema, ArrowRecordBatch batch, @Nullable Long dictionary) {
    List<Long> bytes = new ArrayList<>();
    Iterator<ArrowFieldNode> nodes = batch.getNodes().iterator();
    Iterator<Long> variadic = batch.getVariadicBufferCounts().iterator();
    schema.getFields().forEach(field -> addBufferBytes(field, nodes, variadic, batch, bytes));
    return new BatchLayout(batch.getLength(), batch.getNodes(), bytes.stream().mapToLong(Long::longValue).toArray(),
        batch.getVariadicBufferCounts(), dictionary);
  }

  private static void addBufferBytes(Field field, Iterator<ArrowFieldNode> nodes, Iterator<Long> variadic,
      ArrowRecordBatch batch, List<Long> bytes) {
    boolean omitValidity = nodes.next().getNullCount() == 0;
    TypeLayout layout = TypeLayout.getTypeLayout(field.getType());
    for (BufferType type : layout.getBufferTypes()) {
      long readable = byteSize(batch.getBuffers().get(bytes.size()));
      bytes.add(type == BufferType.VALIDITY && omitValidity ? 0L : Long.valueOf(readable));
    }
    for (long i = layout.isFixedBufferCount() ? 0 : variadic.next(); i > 0; i--) {
      bytes.add(byteSize(batch.getBuffers().get(bytes.size())));
    }
    field.getChildren().forEach(child -> addBufferBytes(child, nodes, variadic, batch, bytes));
  }

  /** A list without any element has one offset to be read, it says, in memory that was never taken: there is nothing at its address. */
  private static long byteSize(ArrowBuf buffer) {
    return Math.min(buffer.readableBytes(), buffer.capacity());
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

  /** A message with its prefix, padded so that what follows is aligned if the message starts at {@code offset}. */
  static byte[] encapsulate(ByteBuffer message, long offset) {
    int prefixBytes = 2 * Integer.BYTES;
    int whole = Math.toIntExact(PartFile.align(offset + prefixBytes + message.remaining()) - offset);
    return ByteBuffer.allocate(whole)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putInt(MessageSerializer.IPC_CONTINUATION_TOKEN)
        .putInt(whole - prefixBytes)
        .put(message)
        .array();
  }

  /** Writes the buffers of what was laid out, from wherever they are. */
  void writeBody(ArrowRecordBatch batch, PartSink sink) throws IOException {
    for (int i = 0; i < bufferBytes.length; i++) {
      sink.write(NativeMemory.of(batch.getBuffers().get(i), bufferBytes[i]));
      sink.pad();
    }
  }

  int rowCount() {
    return rowCount;
  }

  /** The message, prefix and padding included. */
  byte[] metadata() {
    return metadata;
  }

  long bodyBytes() {
    return bodyBytes;
  }

  long bufferBytes(int index) {
    return bufferBytes[index];
  }

  /** Counted from the body's start. */
  long bufferOffset(int index) {
    return bufferOffsets[index];
  }

  long byteSize() {
    return metadata.length + bodyBytes;
  }
}
