package io.packice.arrow.ipc;

import io.packice.arrow.batch.BatchCheck;
import io.packice.arrow.batch.IpcMessages;
import io.packice.arrow.batch.StoredBatch;
import io.packice.arrow.schema.Damage;
import io.packice.arrow.schema.EncodedSchema;
import io.packice.arrow.vectors.IndexCheck;
import io.packice.arrow.vectors.RowCopier;
import java.io.IOException;
import java.util.Map;
import java.util.Objects;
import org.apache.arrow.flatbuf.DictionaryBatch;
import org.apache.arrow.flatbuf.MessageHeader;
import org.apache.arrow.flatbuf.RecordBatch;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.dictionary.DictionaryProvider;
import org.apache.arrow.vector.dictionary.DictionaryProvider.MapDictionaryProvider;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/**
 * The record batches of an IPC file or stream, uncompressed and checked. What is not compressed is read where it is mapped. The ids of dictionaries are
 * {@linkplain EncodedSchema#renumbered renumbered}. For one thread at a time; whoever made it closes it.
 */
final class IpcBatches implements AutoCloseable {
  private final IpcSource source;
  private final BufferAllocator allocator;
  private final EncodedSchema schema;
  private final Map<Long, Long> ids;
  private final MapDictionaryProvider dictionaries;
  private boolean haveChanged;

  /** {@code renumbered} is the source's schema. */
  IpcBatches(IpcSource source, EncodedSchema.Renumbered renumbered, BufferAllocator allocator) {
    this.source = source;
    this.allocator = allocator;
    this.schema = renumbered.schema();
    this.ids = renumbered.ids();
    this.dictionaries = schema.emptyDictionaries(allocator);
  }

  EncodedSchema schema() {
    return schema;
  }

  /** What the indices of the last batch stand for; it is this one's, and says something else once there are more batches. */
  DictionaryProvider dictionaries() {
    return dictionaries;
  }

  /** The next batch, which the caller closes; null after the last. */
  @Nullable
  VectorSchemaRoot next() throws IOException {
    for (IpcMessages.Found message = source.next(); message != null; message = source.next()) {
      if (message.message().headerType() == MessageHeader.RecordBatch) {
        return checked(load(message, message.header(MessageHeader.RecordBatch, new RecordBatch()), schema.vectors()));
      }
      addDictionary(message, message.header(MessageHeader.DictionaryBatch, new DictionaryBatch()));
    }
    return null;
  }

  private VectorSchemaRoot load(IpcMessages.Found message, RecordBatch header, Schema columns) {
    StoredBatch found = IpcMessages.batch(source.mapping(), message.body(), header, message.name());
    boolean isCompressed = header.compression() != null;
    StoredBatch batch =
        isCompressed ? new IpcInflater(found, Objects.requireNonNull(header.compression())).inflate()
            : found;
    try {
      new BatchCheck(batch).structure(columns);
      new BatchCheck(batch).offsets(columns);
      return batch.load(columns, allocator);
    } finally {
      if (isCompressed) {
        batch.lease().release(); // the vectors hold it now
      }
    }
  }

  /** Dictionaries may refer to each other and come in any order, so what refers to them is looked at no sooner than now. */
  private VectorSchemaRoot checked(VectorSchemaRoot root) {
    try {
      if (haveChanged) {
        schema.dictionaries().keySet().forEach(id -> IndexCheck.check(dictionaries.lookup(id).getVector(), this::size));
        haveChanged = false;
      }
      if (!ids.isEmpty()) {
        root.getFieldVectors().forEach(vector -> IndexCheck.check(vector, this::size));
      }
      return root;
    } catch (Throwable damage) {
      root.close();
      throw damage;
    }
  }

  private long size(long id) {
    return dictionaries.lookup(id).getVector().getValueCount();
  }

  private void addDictionary(IpcMessages.Found message, DictionaryBatch header) {
    Long id = ids.get(header.id());
    RecordBatch values = header.data();
    if (id == null || values == null) {
      throw new Damage(message.name() + " is a dictionary that no field uses");
    }
    haveChanged = true;
    FieldVector vector = dictionaries.lookup(id).getVector();
    try (VectorSchemaRoot root = load(message, values, schema.values(id).schema())) {
      if (!header.isDelta()) {
        vector.clear();
      }
      new RowCopier(dictionaries).append(schema.values(id).field(), root.getVector(0), 0, vector,
          vector.getValueCount());
    }
  }

  @Override
  public void close() {
    dictionaries.close();
  }
}
