package io.packice.arrow;

import java.util.List;

/**
 * What a mapped part has.
 *
 * @param dictionaries what the indices in its batches stand for
 * @param batches its record batches in order
 */
record StoredPart(PartDictionaries dictionaries, List<StoredBatch> batches) {
  StoredPart {
    batches = List.copyOf(batches);
  }
}
