package io.packice.arrow.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.DictionaryEncoding;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.api.Test;

class SchemaMessageTest {
  private final Schema schema = new Schema(
      List.of(new Field("words", new FieldType(true, new ArrowType.Utf8(),
          new DictionaryEncoding(7, false, new ArrowType.Int(8, true)), Map.of("k", "v")), null),
          new Field("list", FieldType.nullable(new ArrowType.List()),
              List.of(new Field("item", FieldType.nullable(new ArrowType.Bool()), null)))),
      Map.of("from", "a test"));

  @Test
  void itIsTheMessageThatArrowHasAlsoForAnInterruptedThread() {
    assertThat(SchemaMessage.decode(schema.serializeAsMessage())).isEqualTo(schema);
    assertThat(Schema.deserializeMessage(ByteBuffer.wrap(SchemaMessage.encode(schema)))).isEqualTo(schema);
    Thread.currentThread().interrupt();
    try {
      assertThat(SchemaMessage.decode(SchemaMessage.encode(schema))).isEqualTo(schema);
    } finally {
      assertThat(Thread.interrupted()).isTrue();
    }
  }

  @Test
  void whatIsDamagedIsOfTheKindsThatReadersCatch() {
    byte[] sound = SchemaMessage.encode(schema);
    for (int length = 0; length < 16; length++) {
      byte[] cut = Arrays.copyOf(sound, length);
      assertThatThrownBy(() -> SchemaMessage.decode(cut)).as("%d bytes", length)
          .isInstanceOfAny(IndexOutOfBoundsException.class, IllegalArgumentException.class);
    }
  }
}
