package io.packice.arrow;

import io.packice.arrow.batch.BatchCheck;
import io.packice.arrow.batch.StoredBatch;
import io.packice.arrow.batch.StoredColumn;
import io.packice.arrow.manifest.TableFormatException;
import io.packice.arrow.schema.Damage;
import io.packice.arrow.schema.EncodedSchema;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.dictionary.Dictionary;

/** The dictionaries of one part, and which of them have been checked. Safe from any thread. */
final class PartDictionaries {
  private final String part;
  private final EncodedSchema schema;
  private final Map<Long, StoredBatch> values;
  private final Set<Long> checked = ConcurrentHashMap.newKeySet(); // to check twice is no harm

  PartDictionaries(String part, EncodedSchema schema, Map<Long, StoredBatch> values) {
    this.part = part;
    this.schema = schema;
    this.values = Map.copyOf(values);
  }

  private StoredBatch stored(long id) {
    StoredBatch stored = values.get(id);
    if (stored == null) {
      throw new Damage("there is no dictionary " + id);
    }
    return stored;
  }

  /**
   * Vectors over the mapping.
   *
   * @param ids which; what another's values refer to comes before it
   * @throws TableFormatException if one is damaged
   */
  ArrowDictionaries open(Set<Long> ids, BufferAllocator allocator, ScanOptions.Check check) {
    ArrowDictionaries opened = new ArrowDictionaries();
    try {
      for (long id : ids) {
        EncodedSchema.Values of = schema.values(id);
        StoredBatch stored = stored(id);
        stored.lease().retain(); // the check reads the mapping
        try {
          StoredColumn _ = column(id, check);
          opened.add(new Dictionary(stored.load(of.schema(), allocator).getVector(0), of.encoding()));
        } finally {
          stored.lease().release();
        }
      }
      return opened;
    } catch (Throwable failure) {
      opened.close();
      throw failure;
    }
  }

  /**
   * The values in place. The caller retains the mapping.
   *
   * @throws TableFormatException if they are damaged
   */
  StoredColumn column(long id, ScanOptions.Check check) {
    EncodedSchema.Values of = schema.values(id);
    StoredBatch stored = stored(id);
    boolean isNew = check == ScanOptions.Check.OFFSETS && !checked.contains(id);
    if (isNew) {
      TableScan.requireSound(part, () -> new BatchCheck(stored).offsets(of.schema()));
    }
    StoredColumn column = stored.columns(of.schema(), inner -> column(inner, check)).getFirst();
    if (isNew) {
      TableScan.requireSound(part, column::requireIndices);
      checked.add(id);
    }
    return column;
  }
}
