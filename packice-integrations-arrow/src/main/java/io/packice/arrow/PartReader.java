package io.packice.arrow;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.flatbuf.Block;
import org.apache.arrow.flatbuf.Buffer;
import org.apache.arrow.flatbuf.Endianness;
import org.apache.arrow.flatbuf.FieldNode;
import org.apache.arrow.flatbuf.Footer;
import org.apache.arrow.flatbuf.Message;
import org.apache.arrow.flatbuf.MessageHeader;
import org.apache.arrow.flatbuf.RecordBatch;
import org.apache.arrow.vector.ipc.message.ArrowFieldNode;
import org.apache.arrow.vector.ipc.message.MessageSerializer;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/**
 * Finds the record batches of a mapped part, and trusts nothing: Arrow's vectors read raw addresses, so an offset that leads out of the mapping
 * must be found here. It reads the footer and the messages, no values.
 */
final class PartReader {
  private static final int SMALLEST_FILE = PartFile.LEADING_BYTES + PartFile.TRAILING_BYTES;
  private static final int PREFIX_BYTES = 2 * Integer.BYTES;
  private static final int BLOCK_BYTES = 24;

  private final SharedLease lease;
  private final MemorySegment file;
  private final Schema schema;

  private PartReader(SharedLease lease, Schema schema) {
    this.lease = lease;
    this.file = lease.segment();
    this.schema = schema;
  }

  /** Something in the part is not as it should be. */
  private static final class Damage extends RuntimeException {
    private static final long serialVersionUID = 1;

    Damage(String message) {
      super(message, null, false, false);
    }
  }

  /**
   * The batches of a part.
   *
   * @throws TableFormatException if the part is not what its manifest says
   */
  static List<StoredBatch> read(SharedLease lease, Schema schema, Manifest.Part expected) {
    try {
      return new PartReader(lease, schema).batches(expected);
    } catch (RuntimeException | StackOverflowError damage) { // flatbuffers checks bounds with whatever exception comes
      throw new TableFormatException("Cannot read part " + expected.id() + " of " + lease.segment().byteSize()
          + " bytes: it is damaged (" + damage.getMessage() + "); drop the table and write it anew", damage);
    }
  }

  private static void require(boolean condition, String otherwise) {
    if (!condition) {
      throw new Damage(otherwise);
    }
  }

  private List<StoredBatch> batches(Manifest.Part expected) {
    require(file.byteSize() == expected.byteSize(),
        "its manifest says " + expected.byteSize() + " bytes");
    Footer footer = footer();
    require(footer.dictionariesLength() == 0, "it has dictionaries");
    requireSchema(footer);
    int count = footer.recordBatchesLength();
    require(count == expected.batchCount(), count + " batches, its manifest says " + expected.batchCount());
    require((long) count * BLOCK_BYTES <= file.byteSize(), "more batches than bytes");
    List<StoredBatch> batches = new ArrayList<>(count);
    long rows = 0;
    for (int i = 0; i < count; i++) {
      StoredBatch batch = batch(i, footer.recordBatches(i));
      batches.add(batch);
      rows += batch.rowCount();
    }
    require(rows == expected.rowCount(), rows + " rows, its manifest says " + expected.rowCount());
    return batches;
  }

  private Footer footer() {
    long size = file.byteSize();
    require(size >= SMALLEST_FILE, "too short for an Arrow file");
    MemorySegment magic = MemorySegment.ofArray(PartFile.MAGIC);
    require(file.asSlice(0, magic.byteSize()).mismatch(magic) == -1, "it does not begin with ARROW1");
    require(file.asSlice(size - magic.byteSize()).mismatch(magic) == -1, "it does not end with ARROW1");
    long end = size - PartFile.TRAILING_BYTES;
    int bytes = file.get(NativeMemory.INT, end);
    require(bytes > 0 && bytes <= end - PartFile.LEADING_BYTES, "footer of " + bytes + " bytes");
    return Footer.getRootAsFooter(flatbuffer(end - bytes, bytes));
  }

  private ByteBuffer flatbuffer(long offset, long bytes) {
    return file.asSlice(offset, bytes).asByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
  }

  private void requireSchema(Footer footer) {
    org.apache.arrow.flatbuf.Schema stored = footer.schema();
    require(stored != null && stored.endianness() == Endianness.Little, "not little-endian");
    require(stored.fieldsLength() == schema.getFields().size(), stored.fieldsLength() + " columns instead of "
        + schema.getFields().size());
    for (int i = 0; i < stored.fieldsLength(); i++) {
      requireField(schema.getFields().get(i), stored.fields(i));
    }
  }

  /** Walks along the expected field, which is finite; a forged one may refer to itself. */
  private static void requireField(Field expected, org.apache.arrow.flatbuf.@Nullable Field stored) {
    if (stored == null || !expected.getName().equals(stored.name())) {
      throw new Damage("another column where " + expected.getName() + " should be");
    }
    require(storage(expected.getType()).equals(ArrowType.getTypeForField(stored)), "column " + expected.getName()
        + " has another type");
    require(stored.childrenLength() == expected.getChildren().size(), "column " + expected.getName()
        + " has other children");
    for (int i = 0; i < stored.childrenLength(); i++) {
      requireField(expected.getChildren().get(i), stored.children(i));
    }
  }

  private static ArrowType storage(ArrowType type) {
    return type instanceof ArrowType.ExtensionType extension ? extension.storageType() : type;
  }

  private StoredBatch batch(int index, Block block) {
    String name = "batch " + index;
    long offset = block.offset();
    long metadataBytes = block.metaDataLength();
    require(offset >= PartFile.LEADING_BYTES && metadataBytes > PREFIX_BYTES
        && metadataBytes <= file.byteSize() - offset, name + " lies outside");
    long bodyOffset = offset + metadataBytes;
    require(bodyOffset % Long.BYTES == 0 && block.bodyLength() >= 0
        && block.bodyLength() <= file.byteSize() - bodyOffset, name + " has a body outside");
    require(file.get(NativeMemory.INT, offset) == MessageSerializer.IPC_CONTINUATION_TOKEN,
        name + " does not begin with a message");
    Message message =
        Message.getRootAsMessage(flatbuffer(offset + PREFIX_BYTES, metadataBytes - PREFIX_BYTES));
    require(message.headerType() == MessageHeader.RecordBatch && message.bodyLength() == block.bodyLength(),
        name + " is another message");
    RecordBatch header = (RecordBatch) message.header(new RecordBatch());
    require(header != null && header.compression() == null, name + " is compressed");
    require(header.length() >= 0 && header.length() <= Integer.MAX_VALUE, name + " has " + header.length() + " rows");
    StoredBatch batch = new StoredBatch(lease, file.asSlice(bodyOffset, block.bodyLength()), (int) header.length(),
        nodes(header, name), buffers(header, block.bodyLength(), name), variadicCounts(header));
    new BatchCheck(batch).structure(schema);
    return batch;
  }

  private List<ArrowFieldNode> nodes(RecordBatch header, String name) {
    List<ArrowFieldNode> nodes = new ArrayList<>();
    for (int i = 0; i < header.nodesLength(); i++) {
      FieldNode node = header.nodes(i);
      require(node.length() >= 0 && node.length() <= Integer.MAX_VALUE && node.nullCount() >= 0
          && node.nullCount() <= node.length(), name + " has a column of " + node.length() + " values");
      nodes.add(new ArrowFieldNode(node.length(), node.nullCount()));
    }
    return List.copyOf(nodes);
  }

  private List<StoredBatch.Slice> buffers(RecordBatch header, long bodyBytes, String name) {
    List<StoredBatch.Slice> buffers = new ArrayList<>();
    for (int i = 0; i < header.buffersLength(); i++) {
      Buffer buffer = header.buffers(i);
      require(buffer.offset() >= 0 && buffer.length() >= 0 && buffer.length() <= bodyBytes
          && buffer.offset() <= bodyBytes - buffer.length() && buffer.offset() % Long.BYTES == 0,
          name + " has buffer " + i + " outside its body");
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
