package io.packice.arrow.schema;

import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;

/** Fields of 16 bytes that are UUIDs: the extension type {@code arrow.uuid}, whether Arrow's Java has it registered or not. */
public final class UuidField {
  /** Arrow's own name for them. */
  public static final String NAME = "arrow.uuid";

  private static final int BYTES = 16;

  private UuidField() {
  }

  /**
   * Whether a field's bytes are UUIDs.
   *
   * @param field a column, or what is inside of one
   * @return whether it is marked so, and has 16 bytes
   */
  public static boolean is(Field field) {
    ArrowType type = field.getType();
    boolean isMarked = type instanceof ArrowType.ExtensionType extension
        ? NAME.equals(extension.extensionName())
        : NAME.equals(field.getMetadata().get(ArrowType.ExtensionType.EXTENSION_METADATA_KEY_NAME));
    return isMarked && TypeCheck.storage(type) instanceof ArrowType.FixedSizeBinary bytes
        && bytes.getByteWidth() == BYTES;
  }
}
