package io.packice.arrow.ipc;

import io.packice.arrow.imports.ImportException;
import io.packice.arrow.schema.Damage;
import io.packice.arrow.schema.DamageWords;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.arrow.flatbuf.Decimal;
import org.apache.arrow.flatbuf.Endianness;
import org.apache.arrow.flatbuf.MetadataVersion;
import org.apache.arrow.flatbuf.Type;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/** Takes over the schema of an IPC file or stream, and refuses by name what this version does not have. For one schema. */
final class IpcSchemas {
  private static final byte[] FEATHER_1 = "FEA1".getBytes(StandardCharsets.ISO_8859_1);
  private static final int MAX_FIELDS = 1 << 16;
  private static final int MAX_DEPTH = 500;
  private static final int SMALLEST_DECIMAL_BITS = 128;

  private final short version;
  private int fields;

  private IpcSchemas(short version) {
    this.version = version;
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
   * The schema; a field that has no name is called by the empty one.
   *
   * @param version of the metadata, as it is stored
   * @throws Damage if there is none, or it has what is not supported
   */
  static Schema convert(org.apache.arrow.flatbuf.@Nullable Schema stored, short version) {
    if (stored == null) {
      throw new Damage("it has no schema");
    }
    if (stored.endianness() == Endianness.Big) {
      throw Damage.unsupported("its numbers are big-endian, which is not supported",
          "write it on, or for, a little-endian machine");
    }
    IpcSchemas look = new IpcSchemas(version);
    for (int i = 0; i < stored.fieldsLength(); i++) {
      look.look(stored.fields(i), 0);
    }
    Schema schema = Schema.convertSchema(stored);
    return new Schema(schema.getFields().stream().map(IpcSchemas::named).toList(), schema.getCustomMetadata());
  }

  private static Field named(Field field) {
    List<Field> children = field.getChildren().stream().map(IpcSchemas::named).toList();
    return new Field(field.getName() == null ? "" : field.getName(), field.getFieldType(), children);
  }

  /** A forged field may refer to one child many times, and that to one of its own: such a schema would have no end. */
  private void look(org.apache.arrow.flatbuf.Field field, int depth) {
    fields++;
    Damage.require(fields <= MAX_FIELDS, "more than " + MAX_FIELDS + " fields");
    Damage.require(depth <= MAX_DEPTH, "its fields lie more than " + MAX_DEPTH + " deep within each other");
    requireSupported(field);
    for (int i = 0; i < field.childrenLength(); i++) {
      look(field.children(i), depth + 1);
    }
  }

  private void requireSupported(org.apache.arrow.flatbuf.Field field) {
    String column = "its column " + DamageWords.name(field.name());
    if (field.typeType() == Type.Decimal) {
      requireWide(field, column);
    }
    if (field.typeType() == Type.Union && version < MetadataVersion.V5) {
      throw Damage
          .unsupported(column + " is a union of version 4 of the format, and unions are supported from version 5"
              + " on", "write it anew with Arrow 1.0 or later");
    }
    try {
      ArrowType _ = ArrowType.getTypeForField(field);
    } catch (RuntimeException impossible) { // by a number that means nothing, or that is of a later version
      throw new Damage(column + " is of a type that there is not", impossible);
    }
  }

  private static void requireWide(org.apache.arrow.flatbuf.Field field, String column) {
    int bits = field.type(new Decimal()) instanceof Decimal type ? type.bitWidth() : SMALLEST_DECIMAL_BITS;
    if (bits == Integer.SIZE || bits == Long.SIZE) {
      throw Damage.unsupported(column + " is decimal" + bits + ", and decimal" + bits + " is not supported",
          "write it as decimal128");
    }
  }
}
