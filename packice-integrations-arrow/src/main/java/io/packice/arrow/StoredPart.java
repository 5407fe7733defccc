package io.packice.arrow;

import io.packice.arrow.batch.StoredBatch;
import io.packice.arrow.schema.EncodedSchema;
import java.util.Arrays;
import java.util.List;

/**
 * What a mapped part has.
 *
 * @param schema what it was written in, which an older part's table may have changed since
 * @param places for each column of the table its place in that schema, or -1 where the part does not have it
 * @param dictionaries what the indices in its batches stand for
 * @param batches its record batches in order
 */
record StoredPart(EncodedSchema schema, List<Integer> places, PartDictionaries dictionaries,
    List<StoredBatch> batches) {
  StoredPart {
    places = List.copyOf(places);
    batches = List.copyOf(batches);
  }

  boolean has(int column) {
    return places.get(column) >= 0;
  }

  /** Where some of the table's columns are, which the part has. */
  int[] places(int... columns) {
    return Arrays.stream(columns).map(places::get).toArray();
  }
}
