package io.packice.djl.weights;

import io.packice.LeasedObject;
import io.packice.core.Metadata;
import io.packice.core.ObjectId;
import io.packice.core.ObjectStatus;
import io.packice.core.StoredObject;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * How weights lie in an object, format version 1 (docs/weights.md):
 *
 * <pre>
 * blob 0   {@link TensorTable} as JSON; offsets count from the start of blob 1
 * blob 1   the tensors, each from a multiple of 64 bytes on, zeros between them
 * meta     {"packice.format":"weights","format_version":1,"tensors":N,"import":"128 random bits"}
 * </pre>
 */
final class WeightsObject {
  /** Every tensor starts on a multiple of this: a cache line, and the widest vector register. */
  static final int ALIGNMENT = 64;

  private static final int VERSION = 1;
  private static final String FORMAT_FIELD = "packice.format";
  private static final String FORMAT = "weights";
  private static final String VERSION_FIELD = "format_version";
  private static final String COUNT_FIELD = "tensors";
  private static final String IMPORT_FIELD = "import";
  private static final long MAX_TABLE_BYTES = 1 << 28;

  private WeightsObject() {
  }

  /**
   * Places tensors one after another.
   *
   * @throws ArithmeticException if they have more bytes than can be counted
   */
  static List<WeightTensor> layOut(List<WeightTensor> tensors) {
    List<WeightTensor> placed = new ArrayList<>(tensors.size());
    long at = 0;
    for (WeightTensor tensor : tensors) {
      placed.add(tensor.at(at));
      at = Math.addExact(Math.addExact(at, tensor.byteSize()), ALIGNMENT - 1) & -ALIGNMENT;
    }
    return placed;
  }

  static Metadata meta(TensorTable table) {
    return Metadata.of(Map.of(FORMAT_FIELD, FORMAT, VERSION_FIELD, VERSION, COUNT_FIELD, table.tensors().size(),
        IMPORT_FIELD, ObjectId.random().value()));
  }

  static boolean isWeights(StoredObject object) {
    return FORMAT.equals(object.meta().text(FORMAT_FIELD));
  }

  /** Whether two objects are of one import. */
  static boolean areSame(Metadata one, Metadata other) {
    return Objects.equals(one.text(IMPORT_FIELD), other.text(IMPORT_FIELD));
  }

  static WeightsSummary summary(ObjectStatus status) {
    StoredObject object = status.object();
    long tensors = object.meta().toMap().get(COUNT_FIELD) instanceof Number count ? count.longValue() : 0;
    return new WeightsSummary(object.id().value(), tensors,
        object.blobs().isEmpty() ? 0 : object.blobs().getLast().byteSize());
  }

  /** The table as blob 0 has it. */
  static byte[] encode(TensorTable table) {
    byte[] json = table.toJson();
    if (json.length > MAX_TABLE_BYTES) {
      throw new IllegalArgumentException(
          "Cannot share " + table.tensors().size() + " tensors as one object: their names and"
              + " shapes have " + json.length + " bytes, of at most " + MAX_TABLE_BYTES + "; import fewer");
    }
    return json;
  }

  /**
   * Reads what anybody may have written.
   *
   * @throws WeightsFormatException if it is not as described above
   */
  static TensorTable read(LeasedObject object) {
    if (!FORMAT.equals(object.meta().text(FORMAT_FIELD))) {
      throw new WeightsFormatException("Cannot open " + object.id()
          + " as weights: it is something else; import a model under another name");
    }
    if (!(object.meta().toMap().get(VERSION_FIELD) instanceof Integer version) || version != VERSION) {
      throw new WeightsFormatException("Cannot open " + object.id() + ": its format is version "
          + object.meta().toMap().get(VERSION_FIELD) + ", and this Packice reads " + VERSION
          + "; use a newer Packice, or import it anew");
    }
    try {
      return read(object.blobs().size(), object);
    } catch (DamagedException e) {
      throw new WeightsFormatException("Cannot open weights " + object.id() + ": " + e.reason() + "; import them anew",
          e);
    }
  }

  private static TensorTable read(int blobs, LeasedObject object) throws DamagedException {
    if (blobs != 2) {
      throw new DamagedException("they have " + blobs + (blobs == 1 ? " blob" : " blobs") + " in place of 2");
    }
    MemorySegment json = object.blob(0).segment();
    if (json.byteSize() > MAX_TABLE_BYTES) {
      throw new DamagedException(
          "the table of tensors has " + json.byteSize() + " bytes, of at most " + MAX_TABLE_BYTES);
    }
    TensorTable table = TensorTable.parse(json.toArray(ValueLayout.JAVA_BYTE));
    long byteSize = object.blob(1).byteSize();
    if (table.end() > byteSize) {
      throw new DamagedException("the last tensor would end at " + table.end() + " of " + byteSize);
    }
    for (WeightTensor tensor : table.tensors()) {
      if (tensor.offset() % ALIGNMENT != 0) {
        throw new DamagedException("tensor " + WeightTensor.quoted(tensor.name()) + " begins at " + tensor.offset()
            + ", which is no multiple of " + ALIGNMENT);
      }
    }
    return table;
  }
}
