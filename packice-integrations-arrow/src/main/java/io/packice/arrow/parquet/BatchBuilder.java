package io.packice.arrow.parquet;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.ipc.message.ArrowFieldNode;
import org.apache.arrow.vector.ipc.message.ArrowRecordBatch;
import org.apache.arrow.vector.types.pojo.ArrowType;

/** Assembles a record batch from the entries of leaf columns: values, and the validity and offsets of what is around them. */
final class BatchBuilder implements AutoCloseable {
  private static final int[] NO_SLOTS = {};

  private final BufferAllocator allocator;
  private final Map<Integer, Entries> entries = new HashMap<>();
  private final List<ArrowFieldNode> nodes = new ArrayList<>();
  private final List<ArrowBuf> buffers = new ArrayList<>();

  BatchBuilder(BufferAllocator allocator) {
    this.allocator = allocator;
  }

  /**
   * Builds a batch.
   *
   * @param leaves what was read, by the index of the leaf column
   * @param rows how many rows each column must have
   * @return the batch; the caller closes it
   */
  ArrowRecordBatch build(List<ColumnNode> columns, Map<Integer, LeafReader> leaves, int rows) throws IOException {
    for (ColumnNode column : columns) {
      try {
        prepare(column, leaves, List.of());
        int slots = build(column);
        if (slots != rows) {
          throw new DamageException("it has " + slots + (slots == 1 ? " row" : " rows") + " instead of " + rows);
        }
      } catch (RuntimeException failure) {
        throw new ColumnException(column.field().getName(), failure);
      }
    }
    return new ArrowRecordBatch(rows, nodes, buffers); // retains what close releases
  }

  /** What is wrong with a column, for whoever knows the file. */
  static final class ColumnException extends RuntimeException {
    private static final long serialVersionUID = 1;
    final String column;

    ColumnException(String column, RuntimeException cause) {
      super(cause.getMessage(), cause);
      this.column = column;
    }
  }

  private void prepare(ColumnNode node, Map<Integer, LeafReader> leaves, List<ColumnNode.Listing> fixedLists) {
    switch (node) {
      case ColumnNode.Leaf leaf ->
          entries.put(leaf.index(), new Entries(Objects.requireNonNull(leaves.get(leaf.index())), fixedLists));
      case ColumnNode.Struct struct -> struct.children().forEach(child -> prepare(child, leaves, fixedLists));
      case ColumnNode.Listing list -> {
        List<ColumnNode.Listing> around = new ArrayList<>(fixedLists);
        if (list.field().getType() instanceof ArrowType.FixedSizeList) {
          around.add(list);
        }
        prepare(list.element(), leaves, around);
      }
    }
  }

  private Entries firstEntries(ColumnNode node) {
    return entriesOf(node.leaves().findFirst().orElseThrow());
  }

  private Entries entriesOf(ColumnNode.Leaf leaf) {
    return Objects.requireNonNull(entries.get(leaf.index()));
  }

  private int build(ColumnNode node) throws IOException {
    return switch (node) {
      case ColumnNode.Leaf leaf -> leaf(leaf);
      case ColumnNode.Struct struct -> struct(struct);
      case ColumnNode.Listing list -> list(list);
    };
  }

  // ---- Buffers

  private ArrowBuf allocate(long bytes) {
    ArrowBuf buffer = allocator.buffer(bytes);
    buffers.add(buffer);
    buffer.writerIndex(bytes);
    return buffer;
  }

  private static MemorySegment memory(ArrowBuf buffer) {
    return MemorySegment.ofAddress(buffer.memoryAddress()).reinterpret(buffer.writerIndex());
  }

  private ArrowBuf omittedValidity() {
    ArrowBuf empty = allocator.getEmpty();
    buffers.add(empty);
    return empty;
  }

  private static long bitmapBytes(long bits) {
    return (bits + Byte.SIZE - 1) / Byte.SIZE;
  }

  // ---- Structs and lists

  private int struct(ColumnNode.Struct struct) throws IOException {
    Entries levels = firstEntries(struct);
    int slots = slots(struct, levels);
    validity(struct, levels, slots);
    for (ColumnNode child : struct.children()) {
      requireSlots(child, build(child), slots);
    }
    return slots;
  }

  private static void requireSlots(ColumnNode child, int slots, int wanted) {
    if (slots != wanted) {
      throw new DamageException("its part " + child.field().getName() + " has " + slots + " values, another " + wanted);
    }
  }

  /** How many slots the vector of a struct or list has. */
  private static int slots(ColumnNode node, Entries levels) {
    int slots = 0;
    for (int i = 0; i < levels.count(); i++) {
      slots += begins(node, levels, i) ? 1 : 0;
    }
    return slots;
  }

  private static boolean begins(ColumnNode node, Entries levels, int entry) {
    return levels.slotDefinition(entry) >= node.slotDefinition() && levels.repetition(entry) <= node.slotRepetition();
  }

  /** Adds the node and the validity buffer of a struct or list. */
  private void validity(ColumnNode node, Entries levels, int slots) {
    int place = nodes.size();
    if (!node.field().isNullable()) {
      nodes.add(new ArrowFieldNode(slots, 0));
      omittedValidity();
      return;
    }
    MemorySegment bits = memory(allocate(bitmapBytes(slots)));
    bits.fill((byte) 0);
    int nulls = 0;
    int slot = 0;
    for (int i = 0; i < levels.count(); i++) {
      if (begins(node, levels, i)) {
        if (levels.definition(i) >= node.definition()) {
          setBit(bits, slot);
        } else {
          nulls++;
        }
        slot++;
      }
    }
    nodes.add(place, new ArrowFieldNode(slots, nulls));
  }

  private static void setBit(MemorySegment bits, int index) {
    long at = index / Byte.SIZE;
    bits.set(ValueLayout.JAVA_BYTE, at, (byte) (bits.get(ValueLayout.JAVA_BYTE, at) | 1 << (index % Byte.SIZE)));
  }

  private int list(ColumnNode.Listing list) throws IOException {
    Entries levels = firstEntries(list);
    int slots = slots(list, levels);
    validity(list, levels, slots);
    int elements = switch (list.field().getType()) {
      case ArrowType.FixedSizeList fixed -> requireSize(list, levels, fixed.getListSize());
      case ArrowType.LargeList _ -> offsets(list, levels, memory(allocate((slots + 1L) * Long.BYTES)), Long.BYTES);
      default -> offsets(list, levels, memory(allocate((slots + 1L) * Integer.BYTES)), Integer.BYTES);
    };
    requireSlots(list.element(), build(list.element()), elements);
    return slots;
  }

  private static boolean isElement(ColumnNode.Listing list, Entries levels, int entry) {
    return levels.slotDefinition(entry) >= list.elementDefinition()
        && levels.repetition(entry) <= list.elementRepetition();
  }

  private static int offsets(ColumnNode.Listing list, Entries levels, MemorySegment offsets, int width) {
    int elements = 0;
    long slot = 0;
    for (int i = 0; i < levels.count(); i++) {
      if (begins(list, levels, i)) {
        setOffset(offsets, slot++, width, elements);
      }
      elements += isElement(list, levels, i) ? 1 : 0;
    }
    setOffset(offsets, slot, width, elements);
    return elements;
  }

  private static void setOffset(MemorySegment offsets, long index, int width, int value) {
    if (width == Long.BYTES) {
      offsets.set(LeafWriter.LONG, index * Long.BYTES, value);
    } else {
      offsets.set(LeafWriter.INT, index * Integer.BYTES, value);
    }
  }

  private static int requireSize(ColumnNode.Listing list, Entries levels, int size) {
    int elements = 0;
    int inList = size;
    for (int i = 0; i < levels.count(); i++) {
      if (begins(list, levels, i)) {
        requireSize(inList, size);
        inList = 0;
      }
      int element = isElement(list, levels, i) ? 1 : 0;
      inList += element;
      elements += element;
    }
    requireSize(inList, size);
    return elements;
  }

  private static void requireSize(int inList, int size) {
    if (inList != size) {
      throw new DamageException("a list has " + inList + " elements, and its metadata says that each has " + size);
    }
  }

  // ---- Leaves

  private int leaf(ColumnNode.Leaf node) throws IOException {
    Entries levels = entriesOf(node);
    LeafReader values = levels.leaf();
    if (node.field().getType() instanceof ArrowType.Null) {
      int slots = leafSlots(node, levels);
      nodes.add(new ArrowFieldNode(slots, slots));
      return slots;
    }
    int place = nodes.size();
    boolean dense = values.count() == levels.count();
    int[] slotOf = dense ? NO_SLOTS : new int[values.count()];
    int slots = dense ? levels.count() : leafSlots(node, levels);
    if (dense || !node.field().isNullable()) {
      omittedValidity();
    }
    if (!dense) {
      requireNotNull(node, slots - values.count());
      place(node, levels, slotOf, slots);
    }
    boolean nullable = !dense && node.field().isNullable();
    nodes.add(place, new ArrowFieldNode(slots, nullable ? slots - values.count() : 0));
    data(node, values, slotOf, dense, slots);
    return slots;
  }

  private static int leafSlots(ColumnNode.Leaf node, Entries levels) {
    int slots = 0;
    for (int i = 0; i < levels.count(); i++) {
      slots += levels.slotDefinition(i) >= node.slotDefinition() ? 1 : 0;
    }
    return slots;
  }

  /** Nulls in a column that has none can only come from a struct around it; or the file says less of a map's key than Arrow. */
  private static void requireNotNull(ColumnNode.Leaf node, int nulls) {
    if (nulls > 0 && !node.field().isNullable()
        && node.type().isRepetition(org.apache.parquet.schema.Type.Repetition.OPTIONAL)) {
      throw new DamageException("a key of a map is null");
    }
  }

  private void place(ColumnNode.Leaf node, Entries levels, int[] slotOf, int slots) {
    MemorySegment bits = null;
    if (node.field().isNullable()) {
      bits = memory(allocate(bitmapBytes(slots)));
      bits.fill((byte) 0);
    }
    int slot = 0;
    int value = 0;
    for (int i = 0; i < levels.count(); i++) {
      if (levels.slotDefinition(i) >= node.slotDefinition()) {
        if (levels.definition(i) == node.definition()) {
          slotOf[value++] = slot;
          if (bits != null) {
            setBit(bits, slot);
          }
        }
        slot++;
      }
    }
  }

  private void data(ColumnNode.Leaf node, LeafReader values, int[] slotOf, boolean dense, int slots)
      throws IOException {
    ArrowType type = node.field().getType();
    switch (type) {
      case ArrowType.Utf8 _,ArrowType.LargeUtf8 _ -> {
        Utf8.requireValid(values.binary());
        strings(values, slotOf, dense, slots, type instanceof ArrowType.LargeUtf8 ? Long.BYTES : Integer.BYTES);
      }
      case ArrowType.Binary _ -> strings(values, slotOf, dense, slots, Integer.BYTES);
      case ArrowType.LargeBinary _ -> strings(values, slotOf, dense, slots, Long.BYTES);
      default -> {
        int bits = bitWidth(type, values);
        long bytes = bits == 1 ? bitmapBytes(slots) : (long) slots * bits / Byte.SIZE;
        MemorySegment to = memory(allocate(bytes));
        if (!dense || bits == 1) {
          to.fill((byte) 0);
        }
        new LeafWriter(values, node.type().getPrimitiveTypeName(), to, slotOf, dense).write(type);
      }
    }
  }

  private static int bitWidth(ArrowType type, LeafReader values) {
    return switch (type) {
      case ArrowType.Bool _ -> 1;
      case ArrowType.Int i -> i.getBitWidth();
      case ArrowType.Decimal d -> d.getBitWidth();
      case ArrowType.Timestamp _,ArrowType.Duration _ -> Long.SIZE;
      case ArrowType.Time t -> t.getBitWidth();
      case ArrowType.Date d -> d.getUnit() == org.apache.arrow.vector.types.DateUnit.DAY ? Integer.SIZE : Long.SIZE;
      case ArrowType.Interval i -> switch (i.getUnit()) {
        case YEAR_MONTH -> Integer.SIZE;
        case DAY_TIME -> Long.SIZE;
        case MONTH_DAY_NANO -> 2 * Long.SIZE;
      };
      default -> values.width() * Byte.SIZE;
    };
  }

  private void strings(LeafReader values, int[] slotOf, boolean dense, int slots, int width) {
    VarBytes strings = values.binary();
    MemorySegment offsets = memory(allocate((slots + 1L) * width));
    int value = 0;
    for (int slot = 0; slot < slots; slot++) {
      setOffset(offsets, slot, width, strings.start(value));
      if (value < values.count() && (dense || slotOf[value] == slot)) {
        value++;
      }
    }
    setOffset(offsets, slots, width, strings.byteSize());
    MemorySegment data = memory(allocate(strings.byteSize()));
    MemorySegment.copy(strings.bytes(), 0, data, ValueLayout.JAVA_BYTE, 0, strings.byteSize());
  }

  /** Releases what the batch does not hold by itself. */
  @Override
  public void close() {
    buffers.forEach(ArrowBuf::close);
    buffers.clear();
  }
}
