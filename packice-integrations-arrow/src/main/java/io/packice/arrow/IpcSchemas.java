package io.packice.arrow;

import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import org.apache.arrow.flatbuf.Decimal;
import org.apache.arrow.flatbuf.Endianness;
import org.apache.arrow.flatbuf.Field;
import org.apache.arrow.flatbuf.Type;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/** Takes over the schema of an IPC file or stream, and refuses by name what this version does not have. For one schema. */
final class IpcSchemas {
  private static final byte[] FEATHER_1 = "FEA1".getBytes(StandardCharsets.ISO_8859_1);
  private static final int MAX_FIELDS = 1 << 16;
  private static final int SMALLEST_DECIMAL_BITS = 128;

  private final String name;
  private int fields;

  /** {@code name} is the source's. */
  IpcSchemas(String name) {
    this.name = name;
  }

  /**
   * Feather's first version was another format.
   *
   * @throws ImportException if these bytes are the beginning of it
   */
  static void requireNoFeather(String name, MemorySegment start) throws ImportException {
    MemorySegment magic = MemorySegment.ofArray(FEATHER_1);
    if (start.byteSize() >= magic.byteSize() && start.asSlice(0, magic.byteSize()).mismatch(magic) == -1) {
      throw new ImportException("Cannot import " + name + ": it is Feather V1, which is not supported; write it as"
          + " Feather V2, which is Arrow IPC (in Python: pyarrow.feather.write_feather)");
    }
  }

  /**
   * The schema.
   *
   * @throws ImportException if a column is of a type that is not supported
   */
  Schema convert(org.apache.arrow.flatbuf.@Nullable Schema stored) throws ImportException {
    if (stored == null || stored.endianness() != Endianness.Little) {
      throw new IpcMessages.Damage("it is big-endian or has no schema");
    }
    for (int i = 0; i < stored.fieldsLength(); i++) {
      look(stored.fields(i));
    }
    return Schema.convertSchema(stored);
  }

  /** A forged field may refer to one child many times, and that to one of its own: such a schema would have no end. */
  private void look(Field field) throws ImportException {
    fields++;
    IpcMessages.require(fields <= MAX_FIELDS, "more than " + MAX_FIELDS + " fields");
    if (field.typeType() == Type.Decimal) {
      requireWide(field);
    }
    for (int i = 0; i < field.childrenLength(); i++) {
      look(field.children(i));
    }
  }

  private void requireWide(Field field) throws ImportException {
    int bits = field.type(new Decimal()) instanceof Decimal type ? type.bitWidth() : SMALLEST_DECIMAL_BITS;
    if (bits == Integer.SIZE || bits == Long.SIZE) {
      throw new ImportException("Cannot import " + name + ": its column " + field.name() + " is decimal" + bits
          + ", and decimal" + bits + " is not supported; write it as decimal128");
    }
  }
}
