package io.packice.arrow;

import io.packice.arrow.batch.BatchLayout;
import io.packice.arrow.schema.EncodedSchema;
import io.packice.arrow.vectors.RowCopier;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.VectorUnloader;
import org.apache.arrow.vector.dictionary.Dictionary;
import org.apache.arrow.vector.dictionary.DictionaryProvider;
import org.apache.arrow.vector.ipc.message.ArrowRecordBatch;

/**
 * The dictionaries of the part that is being gathered, as they are when its batches are written: the caller's may grow or be replaced between two
 * batches. For one thread at a time; whoever made it closes it.
 */
final class DictionaryCopies implements AutoCloseable {
  private final EncodedSchema schema;
  private final DictionaryProvider provider;
  private final RootAllocator allocator = new RootAllocator();
  private final Map<Long, FieldVector> copies = new LinkedHashMap<>();

  DictionaryCopies(EncodedSchema schema, DictionaryProvider provider) {
    this.schema = schema;
    this.provider = provider;
  }

  DictionaryProvider provider() {
    return provider;
  }

  /** The caller's dictionary as it is now. */
  FieldVector current(long id) {
    Dictionary dictionary = provider.lookup(id);
    if (dictionary == null) {
      throw new IllegalArgumentException("dictionary " + id + " is gone from its provider");
    }
    return dictionary.getVector();
  }

  /** Whether what the copies say is what the caller's dictionaries say, as far as it goes. */
  boolean agree() {
    return copies.entrySet().stream().allMatch(copy -> IpcExport.begins(current(copy.getKey()), copy.getValue()));
  }

  /** Forgets what the copies say. */
  void clear() {
    copies.values().forEach(FieldVector::close);
    copies.clear();
  }

  /** Copies what the caller's dictionaries have and the copies lack. */
  void catchUp() {
    RowCopier copier = new RowCopier(provider);
    schema.dictionaries().forEach((id, values) -> {
      FieldVector copy = copies.computeIfAbsent(id, _ -> values.field().createVector(allocator));
      FieldVector current = current(id);
      if (current.getValueCount() > copy.getValueCount() || current.getValueCount() == 0) {
        copier.append(values.field(), current, copy.getValueCount(), copy, copy.getValueCount());
      }
    });
  }

  /** The dictionaries as record batches, with their ids; the caller closes them. */
  List<Unloaded> unload() {
    List<Unloaded> unloaded = new ArrayList<>();
    copies.forEach((id, copy) -> {
      ArrowRecordBatch batch = new VectorUnloader(VectorSchemaRoot.of(copy)).getRecordBatch();
      unloaded.add(new Unloaded(BatchLayout.ofDictionary(id, schema.values(id).schema(), batch), batch));
    });
    return unloaded;
  }

  /** A dictionary's values, and where they will lie. */
  record Unloaded(BatchLayout layout, ArrowRecordBatch batch) {
  }

  @Override
  public void close() {
    clear();
    allocator.close();
  }
}
