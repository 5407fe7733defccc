package io.packice.arrow.parquet;

import java.util.Arrays;
import java.util.List;
import org.apache.arrow.vector.types.pojo.ArrowType;

/**
 * The levels of a leaf's entries, as the vectors above it need them. A list of fixed size has elements in Arrow even where it is null, and none in
 * Parquet: there, entries are added that have a slot in the elements and are null.
 */
final class Entries {
  private static final int MAX_ENTRIES = 1 << 26;

  private final LeafReader leaf;
  private int count;
  private byte[] repetitions = {};
  private byte[] slotDefinitions = {};
  private byte[] definitions = {};
  private final boolean padded;

  /**
   * @param fixedLists the lists of fixed size around the leaf, outermost first
   */
  Entries(LeafReader leaf, List<ColumnNode.Listing> fixedLists) {
    this.leaf = leaf;
    this.count = leaf.entries();
    this.padded = !fixedLists.isEmpty();
    if (padded) {
      repetitions = new byte[count];
      slotDefinitions = new byte[count];
      for (int i = 0; i < count; i++) {
        repetitions[i] = (byte) leaf.repetition(i);
        slotDefinitions[i] = (byte) leaf.definition(i);
      }
      definitions = slotDefinitions.clone();
      fixedLists.forEach(this::pad);
    }
  }

  private void pad(ColumnNode.Listing list) {
    int size = ((ArrowType.FixedSizeList) list.field().getType()).getListSize();
    int missing = 0;
    for (int i = 0; i < count; i++) {
      missing += isMissing(list, i) ? 1 : 0;
    }
    if (missing == 0) {
      return;
    }
    long newCount = count + (size - 1L) * missing;
    if (newCount > MAX_ENTRIES) {
      throw new DamageException("one batch has " + newCount + " elements; read fewer rows at a time");
    }
    byte[] newRepetitions = new byte[(int) newCount];
    byte[] newSlots = new byte[(int) newCount];
    byte[] newDefinitions = new byte[(int) newCount];
    int to = 0;
    for (int i = 0; i < count; i++) {
      boolean missed = isMissing(list, i);
      int copies = missed ? size : 1;
      Arrays.fill(newRepetitions, to, to + copies, (byte) list.elementRepetition());
      newRepetitions[to] = repetitions[i];
      byte slot = missed ? (byte) list.elementDefinition() : slotDefinitions[i];
      Arrays.fill(newSlots, to, to + copies, slot);
      Arrays.fill(newDefinitions, to, to + copies, definitions[i]);
      to += copies;
    }
    count = to;
    repetitions = newRepetitions;
    slotDefinitions = newSlots;
    definitions = newDefinitions;
  }

  private boolean isMissing(ColumnNode.Listing list, int entry) {
    return slotDefinitions[entry] >= list.slotDefinition() && definitions[entry] < list.definition();
  }

  LeafReader leaf() {
    return leaf;
  }

  int count() {
    return count;
  }

  int repetition(int entry) {
    return padded ? repetitions[entry] : leaf.repetition(entry);
  }

  /** Says in which vectors the entry has a slot. */
  int slotDefinition(int entry) {
    return padded ? slotDefinitions[entry] : leaf.definition(entry);
  }

  /** Says which of its slots are not null. */
  int definition(int entry) {
    return padded ? definitions[entry] : leaf.definition(entry);
  }
}
