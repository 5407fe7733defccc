package io.packice.arrow;

import io.packice.arrow.batch.BatchCheck;
import io.packice.arrow.batch.IpcMessages;
import io.packice.arrow.batch.PartFile;
import io.packice.arrow.batch.SharedMapping;
import io.packice.arrow.batch.StoredBatch;
import io.packice.arrow.manifest.Manifest;
import io.packice.arrow.manifest.TableFormatException;
import io.packice.arrow.schema.Counts;
import io.packice.arrow.schema.Damage;
import io.packice.arrow.schema.DamageWords;
import io.packice.arrow.schema.EncodedSchema;
import io.packice.arrow.schema.TypeCheck;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.arrow.flatbuf.Block;
import org.apache.arrow.flatbuf.DictionaryBatch;
import org.apache.arrow.flatbuf.DictionaryEncoding;
import org.apache.arrow.flatbuf.Endianness;
import org.apache.arrow.flatbuf.Footer;
import org.apache.arrow.flatbuf.MessageHeader;
import org.apache.arrow.flatbuf.RecordBatch;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/**
 * Finds the record batches of a mapped part, and its dictionaries, and trusts nothing: Arrow's vectors read raw addresses, so an offset that leads out of the mapping
 * must be found here. It reads the footer and the messages, no values.
 */
final class PartReader {
  private final SharedMapping mapping;
  private final MemorySegment file;
  private final IpcMessages messages;
  private final EncodedSchema schema;

  private PartReader(SharedMapping mapping, EncodedSchema schema) {
    this.mapping = mapping;
    this.file = mapping.segment();
    this.messages = new IpcMessages(file);
    this.schema = schema;
  }

  /**
   * What is in a part.
   *
   * @throws TableFormatException if the part is not what its manifest says
   */
  static StoredPart read(SharedMapping mapping, Manifest manifest, Manifest.Part expected) {
    try {
      List<Integer> places = manifest.columns().places(expected.schema());
      return new PartReader(mapping, manifest.schema(expected)).part(expected, places);
    } catch (RuntimeException | StackOverflowError damage) { // flatbuffers checks bounds with whatever exception comes
      throw new TableFormatException("Cannot read part " + expected.id() + " of " + mapping.segment().byteSize()
          + " bytes: it is damaged (" + DamageWords.of(damage) + "); drop the table and write it anew", damage);
    }
  }

  private StoredPart part(Manifest.Part expected, List<Integer> places) {
    Damage.require(file.byteSize() == expected.byteSize(),
        "its manifest says " + expected.byteSize() + " bytes");
    Footer footer = messages.footer();
    requireSchema(footer);
    PartDictionaries dictionaries = new PartDictionaries(mapping.id(), schema, dictionaries(footer));
    return new StoredPart(schema, places, dictionaries, batches(footer, expected));
  }

  /** Each that the schema names, once and whole: which part of it counts, were there more, is not left to the reader. */
  private Map<Long, StoredBatch> dictionaries(Footer footer) {
    int count = footer.dictionariesLength();
    Damage.require(count == schema.dictionaries().size(),
        count + " dictionaries instead of " + schema.dictionaries().size());
    Map<Long, StoredBatch> dictionaries = new HashMap<>();
    for (int i = 0; i < count; i++) {
      String name = "dictionary batch " + i;
      IpcMessages.Found found = find(footer.dictionaries(i), name);
      DictionaryBatch header = found.header(MessageHeader.DictionaryBatch, new DictionaryBatch());
      RecordBatch values = header.data();
      if (values == null || header.isDelta() || dictionaries.containsKey(header.id())) {
        throw new Damage(name + " is not a whole dictionary");
      }
      dictionaries.put(header.id(), batch(found, values, schema.values(header.id()).schema()));
    }
    return dictionaries;
  }

  private List<StoredBatch> batches(Footer footer, Manifest.Part expected) {
    int count = footer.recordBatchesLength();
    Damage.require(count == expected.batchCount(),
        Counts.of(count, "batch") + ", its manifest says " + expected.batchCount());
    List<StoredBatch> batches = new ArrayList<>(count);
    long rows = 0;
    for (int i = 0; i < count; i++) {
      IpcMessages.Found found = find(footer.recordBatches(i), "batch " + i);
      StoredBatch batch = batch(found, found.header(MessageHeader.RecordBatch, new RecordBatch()), schema.vectors());
      batches.add(batch);
      rows += batch.rowCount();
    }
    Damage.require(rows == expected.rowCount(),
        Counts.of(rows, "row") + ", its manifest says " + expected.rowCount());
    return batches;
  }

  private void requireSchema(Footer footer) {
    org.apache.arrow.flatbuf.Schema stored = footer.schema();
    Damage.require(stored != null && stored.endianness() == Endianness.Little, "not little-endian");
    List<Field> fields = schema.messages().getFields();
    Damage.require(stored.fieldsLength() == fields.size(),
        stored.fieldsLength() + " columns instead of " + fields.size());
    for (int i = 0; i < stored.fieldsLength(); i++) {
      requireField(fields.get(i), stored.fields(i));
    }
  }

  /** Walks along the expected field, which is finite; a forged one may refer to itself. */
  private static void requireField(Field expected, org.apache.arrow.flatbuf.@Nullable Field stored) {
    if (stored == null || !expected.getName().equals(stored.name())) {
      throw new Damage("another column where " + expected.getName() + " should be");
    }
    Damage.require(TypeCheck.storage(expected.getType()).equals(ArrowType.getTypeForField(stored)),
        "column " + expected.getName()
            + " has another type");
    DictionaryEncoding encoding = stored.dictionary();
    Damage.require((encoding == null) == (expected.getDictionary() == null)
        && (encoding == null || encoding.id() == expected.getDictionary().getId()),
        "column " + expected.getName() + " has another dictionary");
    Damage.require(stored.childrenLength() == expected.getChildren().size(), "column " + expected.getName()
        + " has other children");
    for (int i = 0; i < stored.childrenLength(); i++) {
      requireField(expected.getChildren().get(i), stored.children(i));
    }
  }

  private IpcMessages.Found find(Block block, String name) {
    long bodyOffset = block.offset() + block.metaDataLength();
    Damage.require(block.offset() >= PartFile.LEADING_BYTES && bodyOffset % Long.BYTES == 0,
        name + " lies outside");
    IpcMessages.Found found = messages.at(block.offset(), block.metaDataLength(), name);
    Damage.require(found.message().bodyLength() == block.bodyLength(),
        name + " has another length than the footer says");
    return found;
  }

  private StoredBatch batch(IpcMessages.Found found, RecordBatch header, Schema columns) {
    Damage.require(header.compression() == null, found.name() + " is compressed");
    StoredBatch batch = IpcMessages.batch(mapping, found.body(), header, found.name());
    Damage.require(batch.buffers().stream().allMatch(slice -> slice.offset() % Long.BYTES == 0),
        found.name() + " is not aligned");
    new BatchCheck(batch).structure(columns);
    return batch;
  }
}
