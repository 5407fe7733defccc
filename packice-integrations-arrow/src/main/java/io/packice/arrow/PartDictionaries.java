package io.packice.arrow;

import io.packice.arrow.batch.BatchCheck;
import io.packice.arrow.batch.StoredBatch;
import io.packice.arrow.manifest.TableFormatException;
import io.packice.arrow.schema.Damage;
import io.packice.arrow.schema.EncodedSchema;
import io.packice.arrow.vectors.IndexCheck;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;
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

  /** How many values a dictionary has. */
  long size(long id) {
    return stored(id).rowCount();
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
        boolean isNew = check == ScanOptions.Check.OFFSETS && !checked.contains(id);
        opened.add(new Dictionary(open(id, allocator, isNew), schema.values(id).encoding()));
        if (isNew) {
          checked.add(id);
        }
      }
      return opened;
    } catch (Throwable failure) {
      opened.close();
      throw failure;
    }
  }

  private FieldVector open(long id, BufferAllocator allocator, boolean check) {
    EncodedSchema.Values of = schema.values(id);
    StoredBatch stored = stored(id);
    stored.lease().retain(); // the check reads the mapping
    try {
      if (check) {
        TableScan.requireSound(part, () -> new BatchCheck(stored).offsets(of.schema()));
      }
      FieldVector vector = stored.load(of.schema(), allocator).getVector(0);
      try {
        if (check) {
          TableScan.requireSound(part, () -> IndexCheck.check(vector, this::size));
        }
        return vector;
      } catch (Throwable damage) {
        vector.close();
        throw damage;
      }
    } finally {
      stored.lease().release();
    }
  }
}
