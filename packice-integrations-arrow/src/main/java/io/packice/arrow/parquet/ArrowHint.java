package io.packice.arrow.parquet;

import io.packice.arrow.batch.SchemaMessage;
import io.packice.arrow.schema.TypeCheck;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Base64;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.arrow.flatbuf.Message;
import org.apache.arrow.flatbuf.MessageHeader;
import org.apache.arrow.flatbuf.Type;
import org.apache.arrow.flatbuf.Union;
import org.apache.arrow.vector.ipc.message.MessageSerializer;
import org.apache.arrow.vector.types.DateUnit;
import org.apache.arrow.vector.types.IntervalUnit;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;
import org.apache.parquet.schema.PrimitiveType;
import org.jspecify.annotations.Nullable;

/**
 * The Arrow schema that a file was written from, which writers of Arrow leave in its metadata. Parquet has fewer types; this says which of those
 * that it cannot tell apart was meant. What it says is believed only where the file's own type can become it.
 */
final class ArrowHint {
  /** The key in the file's metadata; all Arrow implementations share it. */
  static final String KEY = "ARROW:schema";

  private static final int CONTINUATION = -1;
  private static final int MAX_DEPTH = 64;

  private ArrowHint() {
  }

  /** Base64 of the encapsulated IPC message. */
  static String encode(Schema schema) {
    return Base64.getEncoder().encodeToString(SchemaMessage.encode(schema));
  }

  /** The schema in a file's metadata; null if there is none, or none that can be read: the file is readable without. */
  static @Nullable Schema decode(Map<String, String> metadata) {
    String text = metadata.get(KEY);
    if (text == null) {
      return null;
    }
    try {
      ByteBuffer bytes = ByteBuffer.wrap(Base64.getDecoder().decode(text)).order(ByteOrder.LITTLE_ENDIAN);
      if (bytes.getInt(0) == CONTINUATION) {
        bytes.position(Integer.BYTES);
      }
      bytes.getInt(); // the length; what follows is all of it
      ByteBuffer message = bytes.slice().order(ByteOrder.LITTLE_ENDIAN);
      return isSound(message) ? MessageSerializer.deserializeSchema(Message.getRootAsMessage(message)) : null;
    } catch (RuntimeException _) {
      return null; // a hint only
    }
  }

  static Map<String, Field> byName(@Nullable Schema schema) {
    Map<String, Field> fields = new HashMap<>();
    if (schema != null) {
      schema.getFields().forEach(field -> fields.put(field.getName(), field));
    }
    return fields;
  }

  /** Whether no list in it is longer than the message: decoding allocates by their lengths. */
  private static boolean isSound(ByteBuffer bytes) {
    Message message = Message.getRootAsMessage(bytes.duplicate().order(ByteOrder.LITTLE_ENDIAN));
    if (message.headerType() != MessageHeader.Schema) {
      return false;
    }
    var schema = (org.apache.arrow.flatbuf.Schema) message.header(new org.apache.arrow.flatbuf.Schema());
    int[] budget = {bytes.remaining()}; // tables may be shared, so count every visit
    if (schema == null || !spend(budget, schema.fieldsLength()) || !spend(budget, schema.customMetadataLength())
        || schema.featuresLength() > bytes.remaining()) {
      return false;
    }
    for (int i = 0; i < schema.fieldsLength(); i++) {
      if (!isSound(schema.fields(i), budget, 0)) {
        return false;
      }
    }
    return true;
  }

  private static boolean isSound(org.apache.arrow.flatbuf.Field field, int[] budget, int depth) {
    if (depth > MAX_DEPTH || !spend(budget, field.childrenLength()) || !spend(budget, field.customMetadataLength())) {
      return false;
    }
    if (field.typeType() == Type.Union
        && !(field.type(new Union()) instanceof Union union && spend(budget, union.typeIdsLength()))) {
      return false;
    }
    for (int i = 0; i < field.childrenLength(); i++) {
      if (!isSound(field.children(i), budget, depth + 1)) {
        return false;
      }
    }
    return true;
  }

  private static boolean spend(int[] budget, int count) {
    budget[0] -= Math.max(0, count);
    return count >= 0 && budget[0] >= 0;
  }

  // ---- What it changes

  /** A leaf as the hint has it, if it can become that; else as it is by itself. */
  static Field leaf(Field natural, PrimitiveType type, @Nullable Field hint) {
    if (hint == null) {
      return natural;
    }
    Map<String, String> metadata = new LinkedHashMap<>(natural.getMetadata());
    metadata.putAll(hint.getMetadata());
    ArrowType wanted = TypeCheck.storage(hint.getType());
    ArrowType chosen = canBecome(natural.getType(), wanted, type) ? wanted : natural.getType();
    return new Field(natural.getName(), new FieldType(natural.isNullable(), chosen, null, metadata), List.of());
  }

  private static boolean canBecome(ArrowType natural, ArrowType wanted, PrimitiveType type) {
    return switch (wanted) {
      case ArrowType.LargeUtf8 _ -> natural instanceof ArrowType.Utf8;
      case ArrowType.LargeBinary _ -> natural instanceof ArrowType.Binary;
      case ArrowType.Timestamp t -> natural instanceof ArrowType.Timestamp n && canBecome(n, t, type);
      case ArrowType.Time t -> t.getUnit() == TimeUnit.SECOND && t.getBitWidth() == Integer.SIZE
          && natural instanceof ArrowType.Time n && n.getUnit() == TimeUnit.MILLISECOND;
      case ArrowType.Date d -> d.getUnit() == DateUnit.MILLISECOND && natural instanceof ArrowType.Date;
      case ArrowType.Duration _ ->
          natural instanceof ArrowType.Int i && i.getBitWidth() == Long.SIZE && i.getIsSigned();
      case ArrowType.Interval i -> natural instanceof ArrowType.Interval && i.getUnit() != IntervalUnit.MONTH_DAY_NANO;
      case ArrowType.Decimal d -> natural instanceof ArrowType.Decimal n && n.getPrecision() == d.getPrecision()
          && n.getScale() == d.getScale() && d.getBitWidth() == 256;
      default -> false;
    };
  }

  private static boolean canBecome(ArrowType.Timestamp natural, ArrowType.Timestamp wanted, PrimitiveType type) {
    boolean unit = type.getPrimitiveTypeName() == PrimitiveType.PrimitiveTypeName.INT96
        || natural.getUnit() == wanted.getUnit()
        || (natural.getUnit() == TimeUnit.MILLISECOND && wanted.getUnit() == TimeUnit.SECOND);
    boolean zone = type.getPrimitiveTypeName() == PrimitiveType.PrimitiveTypeName.INT96
        || (natural.getTimezone() == null) == (wanted.getTimezone() == null);
    return unit && zone;
  }

  /** The kind of list. */
  static ArrowType list(@Nullable Field hint) {
    return switch (hint == null ? null : hint.getType()) {
      case ArrowType.LargeList large -> large;
      case ArrowType.FixedSizeList fixed when fixed.getListSize() > 0 -> fixed;
      case null, default -> new ArrowType.List();
    };
  }
}
