package io.packice.arrow;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.arrow.flatbuf.DictionaryBatch;
import org.apache.arrow.flatbuf.MessageHeader;
import org.apache.arrow.flatbuf.RecordBatch;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.BaseIntVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.dictionary.Dictionary;
import org.apache.arrow.vector.dictionary.DictionaryEncoder;
import org.apache.arrow.vector.types.pojo.DictionaryEncoding;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;
import org.apache.arrow.vector.util.DictionaryUtility;
import org.apache.arrow.vector.util.TransferPair;
import org.apache.arrow.vector.util.VectorBatchAppender;
import org.jspecify.annotations.Nullable;

/**
 * The record batches of an IPC file or stream as plain columns: uncompressed, dictionaries resolved. What is neither compressed nor encoded is
 * read where it is mapped. For one thread at a time; whoever made it closes it.
 */
final class IpcBatches implements AutoCloseable {
  private final IpcSource source;
  private final BufferAllocator allocator;
  private final Schema stored;
  private final Schema plain;
  private final Map<Long, Dictionary> dictionaries = new HashMap<>();
  private int next;

  IpcBatches(IpcSource source, BufferAllocator allocator) {
    this.source = source;
    this.allocator = allocator;
    this.plain = plain(source.schema());
    try {
      List<Field> fields = new ArrayList<>();
      for (Field field : source.schema().getFields()) {
        fields.add(DictionaryUtility.toMemoryFormat(field, allocator, dictionaries));
      }
      this.stored = new Schema(fields, source.schema().getCustomMetadata());
    } catch (Throwable failure) {
      close();
      throw failure;
    }
  }

  /** What the batches are: the file's schema with values in the place of dictionary indices. */
  static Schema plain(Schema messages) {
    return new Schema(messages.getFields().stream().map(field -> {
      field.getChildren().forEach(IpcBatches::requirePlain);
      FieldType type = new FieldType(field.isNullable(), field.getType(), null, field.getMetadata());
      return new Field(field.getName(), type, field.getChildren());
    }).toList(), messages.getCustomMetadata());
  }

  private static void requirePlain(Field child) {
    IpcMessages.require(child.getDictionary() == null, "its field " + child.getName()
        + " is dictionary-encoded inside of another, which Packice cannot read");
    child.getChildren().forEach(IpcBatches::requirePlain);
  }

  /** The next batch, which the caller closes; null after the last. */
  @Nullable
  VectorSchemaRoot next() {
    while (next < source.messages().size()) {
      IpcMessages.Found message = source.messages().get(next++);
      if (message.message().headerType() == MessageHeader.RecordBatch) {
        return decode(load(message, message.header(MessageHeader.RecordBatch, new RecordBatch()), stored));
      }
      addDictionary(message, message.header(MessageHeader.DictionaryBatch, new DictionaryBatch()));
    }
    return null;
  }

  /** How much of the source lies before the next batch. */
  long doneBytes() {
    return next == 0 ? 0 : source.messages().get(next - 1).end();
  }

  private VectorSchemaRoot load(IpcMessages.Found message, RecordBatch header, Schema schema) {
    StoredBatch found = IpcMessages.batch(source.mapping(), message.body(), header, message.name());
    boolean isCompressed = header.compression() != null;
    StoredBatch batch =
        isCompressed ? new IpcInflater(found, Objects.requireNonNull(header.compression()), allocator).inflate()
            : found;
    try {
      new BatchCheck(batch).structure(schema);
      new BatchCheck(batch).offsets(schema);
      return batch.load(schema, allocator);
    } finally {
      if (isCompressed) {
        batch.lease().release(); // the vectors hold it now
      }
    }
  }

  private void addDictionary(IpcMessages.Found message, DictionaryBatch header) {
    Dictionary dictionary = dictionaries.get(header.id());
    RecordBatch values = header.data();
    if (dictionary == null || values == null) {
      throw new IpcMessages.Damage(message.name() + " is a dictionary that no field uses");
    }
    FieldVector vector = dictionary.getVector();
    try (VectorSchemaRoot root = load(message, values, new Schema(List.of(vector.getField())))) {
      if (!header.isDelta() || vector.getValueCount() == 0) {
        vector.clear();
        vector.allocateNew(); // which the appender takes for granted
      }
      VectorBatchAppender.batchAppend(vector, root.getVector(0));
    }
  }

  private VectorSchemaRoot decode(VectorSchemaRoot encoded) {
    List<FieldVector> columns = new ArrayList<>();
    try {
      for (FieldVector vector : encoded.getFieldVectors()) {
        DictionaryEncoding encoding = vector.getField().getDictionary();
        Field field = plain.getFields().get(columns.size());
        if (encoding == null) {
          columns.add(moved(vector, field));
        } else {
          Dictionary dictionary = Objects.requireNonNull(dictionaries.get(encoding.getId()));
          requireInside((BaseIntVector) vector, dictionary.getVector().getValueCount());
          try (FieldVector values = (FieldVector) DictionaryEncoder.decode(vector, dictionary, allocator)) {
            columns.add(moved(values, field));
          }
        }
      }
      return new VectorSchemaRoot(plain, columns, encoded.getRowCount());
    } catch (Throwable failure) {
      columns.forEach(FieldVector::close);
      throw failure;
    } finally {
      encoded.close();
    }
  }

  /** Arrow's decoder lets an index pass that is just behind the last value. */
  private static void requireInside(BaseIntVector indices, int count) {
    for (int i = 0; i < indices.getValueCount(); i++) {
      if (!indices.isNull(i)) {
        long index = indices.getValueAsLong(i);
        IpcMessages.require(index >= 0 && index < count, "column " + indices.getField().getName() + " has the index "
            + index + " into a dictionary of " + count + " values");
      }
    }
  }

  private FieldVector moved(FieldVector vector, Field field) {
    TransferPair pair = vector.getTransferPair(field, allocator);
    pair.transfer();
    return (FieldVector) pair.getTo();
  }

  @Override
  public void close() {
    dictionaries.values().forEach(dictionary -> dictionary.getVector().close());
  }
}
