package io.packice.arrow.batch;

import io.packice.arrow.schema.Counts;
import io.packice.arrow.schema.Damage;
import io.packice.arrow.schema.DamageWords;
import io.packice.arrow.schema.FixedWidth;
import io.packice.arrow.schema.TypeCheck;
import io.packice.arrow.vectors.NativeMemory;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;
import org.apache.arrow.vector.ipc.message.ArrowFieldNode;
import org.apache.arrow.vector.types.UnionMode;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * Checks a record batch against its schema, so that no vector reads outside its buffers: {@link #structure} compares counts and lengths, which
 * costs nothing; {@link #offsets} also follows the offsets that variable-width values keep in their buffers, one pass over those.
 *
 * <p>Both throw {@link Damage} for what is wrong, or whatever exception comes of it.
 */
public final class BatchCheck {
  private static final int VIEW_BYTES = 16;
  private static final int INLINE_VIEW_BYTES = 12;

  private final StoredBatch batch;
  private boolean followOffsets;
  private BatchCursor cursor;
  /** The next of the buffers of the field that is looked at. */
  private int buffer;

  /**
   * A check of one batch, which need not be sound.
   *
   * @param batch as its message describes it
   */
  public BatchCheck(StoredBatch batch) {
    this.batch = batch;
    this.cursor = batch.cursor();
  }

  /**
   * Compares counts and lengths.
   *
   * @param schema the batch's columns, as vectors have them
   * @throws Damage if they do not fit
   */
  public void structure(Schema schema) {
    check(schema);
  }

  /**
   * Compares counts and lengths, and follows the offsets.
   *
   * @param schema the batch's columns, as vectors have them
   * @throws Damage if they do not fit, or lead out of their buffers
   */
  public void offsets(Schema schema) {
    followOffsets = true;
    check(schema);
  }

  private void check(Schema schema) {
    cursor = batch.cursor();
    for (Field field : schema.getFields()) {
      ArrowFieldNode column = check(field);
      require(column.getLength() == batch.rowCount(), field, "has "
          + Counts.of(column.getLength(), "value") + " for " + Counts.of(batch.rowCount(), "row"));
    }
    cursor.requireEnd();
  }

  private static void require(boolean condition, Field field, String otherwise) {
    if (!condition) {
      throw damaged(field, otherwise);
    }
  }

  /** To be used where {@link #require} would make a text for every row. */
  private static Damage damaged(Field field, String how) {
    return new Damage("column " + DamageWords.name(field.getName()) + " " + how);
  }

  private MemorySegment next(Field field, long leastBytes) {
    MemorySegment bytes = batch.buffer(buffer++);
    require(bytes.byteSize() >= leastBytes, field, "has a buffer of " + bytes.byteSize() + " bytes instead of "
        + leastBytes);
    return bytes;
  }

  private MemorySegment nextValidity(Field field, ArrowFieldNode of) {
    MemorySegment bytes = next(field, 0);
    boolean omitted = bytes.byteSize() == 0 && of.getNullCount() == 0;
    require(omitted || bytes.byteSize() >= bitmapBytes(of.getLength()), field, "has a validity buffer of "
        + bytes.byteSize() + " bytes for " + of.getLength() + " values");
    return of.getNullCount() == 0 ? bytes.asSlice(0, 0) : bytes; // a vector believes the count, and does not look at the bits
  }

  private static boolean isNull(MemorySegment validity, long index) {
    return validity.byteSize() > 0
        && (validity.get(NativeMemory.BYTE, index / Byte.SIZE) & (1 << (index % Byte.SIZE))) == 0;
  }

  private static long bitmapBytes(long bits) {
    return (bits + Byte.SIZE - 1) / Byte.SIZE;
  }

  private ArrowFieldNode check(Field field) {
    BatchCursor.Own own = cursor.next(field);
    buffer = own.buffer();
    ArrowFieldNode self = batch.nodes().get(own.node());
    long length = self.getLength();
    ArrowType type = TypeCheck.storage(field.getType());
    switch (type) {
      case ArrowType.Null _ -> {
      }
      case ArrowType.Utf8 _,ArrowType.Binary _ -> checkBytes(field, self, Integer.BYTES);
      case ArrowType.LargeUtf8 _,ArrowType.LargeBinary _ -> checkBytes(field, self, Long.BYTES);
      case ArrowType.Utf8View _,ArrowType.BinaryView _ -> checkViews(field, self, own);
      case ArrowType.List _,ArrowType.Map _ -> checkList(field, self, Integer.BYTES);
      case ArrowType.LargeList _ -> checkList(field, self, Long.BYTES);
      case ArrowType.ListView _ -> checkListView(field, self, Integer.BYTES);
      case ArrowType.LargeListView _ -> checkListView(field, self, Long.BYTES);
      case ArrowType.FixedSizeList list -> {
        MemorySegment _ = nextValidity(field, self);
        checkChildren(field, Math.multiplyExact(length, list.getListSize()));
      }
      case ArrowType.Struct _ -> {
        MemorySegment _ = nextValidity(field, self);
        checkChildren(field, length);
      }
      case ArrowType.Union union -> checkUnion(field, union, length);
      case ArrowType.RunEndEncoded _ -> checkRuns(field, length);
      default -> {
        MemorySegment _ = nextValidity(field, self);
        int bits = FixedWidth.bits(type);
        require(bits > 0, field, "has the type " + type + ", which this version cannot read");
        MemorySegment _ = next(field, bits == 1 ? bitmapBytes(length) : length * (bits / Byte.SIZE));
      }
    }
    return self;
  }

  private void checkChildren(Field field, long leastLength) {
    for (Field child : field.getChildren()) {
      ArrowFieldNode of = check(child);
      require(of.getLength() >= leastLength, child, "has " + of.getLength() + " values instead of " + leastLength);
    }
  }

  private void checkBytes(Field field, ArrowFieldNode self, int width) {
    MemorySegment _ = nextValidity(field, self);
    MemorySegment offsets = next(field, offsetBytes(self.getLength(), width));
    MemorySegment bytes = next(field, 0);
    checkOffsets(field, offsets, self.getLength(), width, bytes.byteSize());
  }

  private void checkList(Field field, ArrowFieldNode self, int width) {
    MemorySegment _ = nextValidity(field, self);
    MemorySegment offsets = next(field, offsetBytes(self.getLength(), width));
    ArrowFieldNode child = check(onlyChild(field));
    checkOffsets(field, offsets, self.getLength(), width, child.getLength());
  }

  private static Field onlyChild(Field field) {
    List<Field> children = field.getChildren();
    require(children.size() == 1, field, "has " + children.size() + " children instead of one");
    return children.getFirst();
  }

  /** An empty column may come without the one offset that it would have. */
  private static long offsetBytes(long length, int width) {
    return length == 0 ? 0 : Math.multiplyExact(length + 1, width);
  }

  private void checkOffsets(Field field, MemorySegment offsets, long length, int width, long limit) {
    if (!followOffsets || length == 0) {
      return;
    }
    long first = at(offsets, 0, width);
    long last = at(offsets, length, width);
    boolean ascending = width == Integer.BYTES ? ascendInts(offsets, length) : ascendLongs(offsets, length);
    for (long i = 1; !ascending && i <= length; i++) { // which one it is
      long offset = at(offsets, i, width);
      if (offset < at(offsets, i - 1, width)) {
        throw damaged(field, "has the offset " + offset + " after " + at(offsets, i - 1, width) + " at row " + i);
      }
    }
    if (first < 0 || last > limit) {
      throw damaged(field, "has offsets from " + first + " to " + last + ", but values from 0 to " + limit);
    }
  }

  /** Without a branch in the loop, so that it is one over vectors: the differences have a sign if any of them has. */
  private static boolean ascendInts(MemorySegment offsets, long length) {
    long signs = 0;
    for (long i = 0; i < length; i++) {
      signs |= (long) offsets.get(NativeMemory.INT, (i + 1) * Integer.BYTES)
          - offsets.get(NativeMemory.INT, i * Integer.BYTES);
    }
    return signs >= 0;
  }

  /** The same; a difference that is too large for a long is caught as one of a negative offset. */
  private static boolean ascendLongs(MemorySegment offsets, long length) {
    long signs = 0;
    for (long i = 0; i < length; i++) {
      long before = offsets.get(NativeMemory.LONG, i * Long.BYTES);
      long after = offsets.get(NativeMemory.LONG, (i + 1) * Long.BYTES);
      signs |= before | after | (after - before);
    }
    return signs >= 0;
  }

  private static long at(MemorySegment values, long index, int width) {
    return width == Integer.BYTES
        ? values.get(NativeMemory.INT, index * Integer.BYTES)
        : values.get(NativeMemory.LONG, index * Long.BYTES);
  }

  private void checkListView(Field field, ArrowFieldNode self, int width) {
    MemorySegment validity = nextValidity(field, self);
    long length = self.getLength();
    MemorySegment offsets = next(field, length * width);
    MemorySegment sizes = next(field, length * width);
    long limit = check(onlyChild(field)).getLength();
    for (long i = 0; followOffsets && i < length; i++) {
      long offset = at(offsets, i, width);
      long size = at(sizes, i, width);
      if (!isNull(validity, i) && (offset < 0 || size < 0 || size > limit || offset > limit - size)) {
        throw damaged(field, "has a list outside its values at row " + i);
      }
    }
  }

  private void checkViews(Field field, ArrowFieldNode self, BatchCursor.Own own) {
    MemorySegment validity = nextValidity(field, self);
    long length = self.getLength();
    MemorySegment views = next(field, length * VIEW_BYTES);
    for (long i = 0; followOffsets && i < length; i++) {
      int bytes = views.get(NativeMemory.INT, i * VIEW_BYTES);
      if ((bytes > INLINE_VIEW_BYTES || bytes < 0) && !isNull(validity, i)) { // a null's view may be anything
        int index = views.get(NativeMemory.INT, i * VIEW_BYTES + 8);
        int offset = views.get(NativeMemory.INT, i * VIEW_BYTES + 12);
        if (bytes < 0 || index < 0 || index >= own.dataBuffers() || offset < 0
            || offset > batch.buffers().get(buffer + index).byteSize() - bytes) {
          throw damaged(field, "has a value outside its buffers at row " + i);
        }
      }
    }
  }

  /** Where each run ends: ever further, and the last not before the column does. Arrow searches in them, and then reads that value. */
  private void checkRuns(Field field, long length) {
    require(field.getChildren().size() == 2
        && field.getChildren().getFirst().getType() instanceof ArrowType.Int, field,
        "has other children than run ends and values");
    int firstBuffer = cursor.buffer();
    ArrowFieldNode runs = check(field.getChildren().getFirst());
    ArrowFieldNode values = check(field.getChildren().getLast());
    require(runs.getNullCount() == 0 && values.getLength() >= runs.getLength(), field,
        "has " + values.getLength() + " values for " + runs.getLength() + " runs");
    int bytes = FixedWidth.bits(field.getChildren().getFirst().getType()) / Byte.SIZE;
    MemorySegment ends = batch.buffer(firstBuffer + 1);
    long before = 0;
    for (long i = 0; followOffsets && i < runs.getLength(); i++) {
      long end = bytes == Short.BYTES ? ends.get(NativeMemory.SHORT, i * Short.BYTES) : at(ends, i, bytes);
      if (end <= before) {
        throw damaged(field, "has a run that ends at " + end + " after one that ends at " + before);
      }
      before = end;
    }
    require(!followOffsets || before >= length, field, "has runs up to row " + before + " of " + length);
  }

  private void checkUnion(Field field, ArrowType.Union union, long length) {
    boolean dense = union.getMode() == UnionMode.Dense;
    MemorySegment types = next(field, length);
    MemorySegment offsets = dense ? next(field, length * Integer.BYTES) : types;
    long[] childLengths = new long[Byte.MAX_VALUE + 1];
    Arrays.fill(childLengths, -1);
    int[] ids = union.getTypeIds();
    for (int i = 0; i < field.getChildren().size(); i++) {
      ArrowFieldNode child = check(field.getChildren().get(i));
      require(dense || child.getLength() >= length, field, "has a child of " + child.getLength() + " values");
      childLengths[ids == null || ids.length == 0 ? i : ids[i] & Byte.MAX_VALUE] = child.getLength();
    }
    for (long i = 0; followOffsets && i < length; i++) {
      byte type = types.get(NativeMemory.BYTE, i);
      long offset = dense ? at(offsets, i, Integer.BYTES) : i;
      if (type < 0 || offset < 0 || offset >= childLengths[type]) {
        throw damaged(field, "has a value outside its child at row " + i);
      }
    }
  }
}
