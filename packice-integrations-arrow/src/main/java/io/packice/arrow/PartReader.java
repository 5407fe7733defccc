package io.packice.arrow;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.flatbuf.Block;
import org.apache.arrow.flatbuf.Endianness;
import org.apache.arrow.flatbuf.Footer;
import org.apache.arrow.flatbuf.MessageHeader;
import org.apache.arrow.flatbuf.RecordBatch;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/**
 * Finds the record batches of a mapped part, and trusts nothing: Arrow's vectors read raw addresses, so an offset that leads out of the mapping
 * must be found here. It reads the footer and the messages, no values.
 */
final class PartReader {
  private final SharedMapping mapping;
  private final MemorySegment file;
  private final IpcMessages messages;
  private final Schema schema;

  private PartReader(SharedMapping mapping, Schema schema) {
    this.mapping = mapping;
    this.file = mapping.segment();
    this.messages = new IpcMessages(file);
    this.schema = schema;
  }

  /**
   * The batches of a part.
   *
   * @throws TableFormatException if the part is not what its manifest says
   */
  static List<StoredBatch> read(SharedMapping mapping, Schema schema, Manifest.Part expected) {
    try {
      return new PartReader(mapping, schema).batches(expected);
    } catch (RuntimeException | StackOverflowError damage) { // flatbuffers checks bounds with whatever exception comes
      throw new TableFormatException("Cannot read part " + expected.id() + " of " + mapping.segment().byteSize()
          + " bytes: it is damaged (" + damage.getMessage() + "); drop the table and write it anew", damage);
    }
  }

  private List<StoredBatch> batches(Manifest.Part expected) {
    IpcMessages.require(file.byteSize() == expected.byteSize(),
        "its manifest says " + expected.byteSize() + " bytes");
    Footer footer = messages.footer();
    IpcMessages.require(footer.dictionariesLength() == 0, "it has dictionaries");
    requireSchema(footer);
    int count = footer.recordBatchesLength();
    IpcMessages.require(count == expected.batchCount(), count + " batches, its manifest says " + expected.batchCount());
    List<StoredBatch> batches = new ArrayList<>(count);
    long rows = 0;
    for (int i = 0; i < count; i++) {
      StoredBatch batch = batch(i, footer.recordBatches(i));
      batches.add(batch);
      rows += batch.rowCount();
    }
    IpcMessages.require(rows == expected.rowCount(), rows + " rows, its manifest says " + expected.rowCount());
    return batches;
  }

  private void requireSchema(Footer footer) {
    org.apache.arrow.flatbuf.Schema stored = footer.schema();
    IpcMessages.require(stored != null && stored.endianness() == Endianness.Little, "not little-endian");
    IpcMessages.require(stored.fieldsLength() == schema.getFields().size(),
        stored.fieldsLength() + " columns instead of "
            + schema.getFields().size());
    for (int i = 0; i < stored.fieldsLength(); i++) {
      requireField(schema.getFields().get(i), stored.fields(i));
    }
  }

  /** Walks along the expected field, which is finite; a forged one may refer to itself. */
  private static void requireField(Field expected, org.apache.arrow.flatbuf.@Nullable Field stored) {
    if (stored == null || !expected.getName().equals(stored.name())) {
      throw new IpcMessages.Damage("another column where " + expected.getName() + " should be");
    }
    IpcMessages.require(storage(expected.getType()).equals(ArrowType.getTypeForField(stored)),
        "column " + expected.getName()
            + " has another type");
    IpcMessages.require(stored.childrenLength() == expected.getChildren().size(), "column " + expected.getName()
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
    long bodyOffset = block.offset() + block.metaDataLength();
    IpcMessages.require(block.offset() >= PartFile.LEADING_BYTES && bodyOffset % Long.BYTES == 0,
        name + " lies outside");
    IpcMessages.Found found = messages.at(block.offset(), block.metaDataLength(), name);
    IpcMessages.require(found.message().bodyLength() == block.bodyLength(),
        name + " has another length than the footer says");
    RecordBatch header = found.header(MessageHeader.RecordBatch, new RecordBatch());
    IpcMessages.require(header.compression() == null, name + " is compressed");
    StoredBatch batch = IpcMessages.batch(mapping, found.body(), header, name);
    IpcMessages.require(batch.buffers().stream().allMatch(slice -> slice.offset() % Long.BYTES == 0),
        name + " is not aligned");
    new BatchCheck(batch).structure(schema);
    return batch;
  }
}
