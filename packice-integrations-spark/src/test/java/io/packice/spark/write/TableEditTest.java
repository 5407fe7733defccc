package io.packice.spark.write;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.packice.arrow.TableConflictException;
import io.packice.arrow.manifest.PartitionField;
import io.packice.arrow.manifest.TableDescription;
import io.packice.arrow.manifest.TablePart;
import io.packice.arrow.statistics.ColumnStatistics;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What two writers of one table may do at once. Parts are called by their partition and a number: x1, x2, y1. */
class TableEditTest {
  private static final TableDescription EMPTY =
      TableDescription.of("t", new Schema(List.of(Field.nullable("k", ArrowType.Utf8.INSTANCE))))
          .withPartitioning(List.of(new PartitionField("identity", "k", 0)));

  private static List<TablePart> parts(String... ids) {
    List<TablePart> parts = new ArrayList<>();
    for (String id : ids) {
      List<@Nullable Object> partition = List.of(id.substring(0, 1));
      parts.add(new TablePart(id, 1, 1, 1, List.of(new ColumnStatistics(0, null, null)), partition, -1));
    }
    return parts;
  }

  private static TableDescription table(String... ids) {
    return EMPTY.withParts(parts(ids));
  }

  /** The partitions of the parts that are replaced, such as xy; what is written; what the table has at the commit; what comes out. */
  private static String replace(TableDescription planned, String partitions, String[] written, String... current) {
    TableEdit edit = TableEdit.replace(planned, part -> partitions.contains(part.id().substring(0, 1)));
    return String.join(" ",
        edit.apply(table(current), parts(written)).parts().stream().map(TablePart::id).toList());
  }

  private static String[] list(String... ids) {
    return Arrays.copyOf(ids, ids.length);
  }

  @Test
  void whatCameMeanwhileStays() {
    assertThat(replace(table("x1", "y1"), "xy", list("x3", "y3"), "x1", "y1")).isEqualTo("x3 y3");
    assertThat(replace(table("x1", "y1"), "xy", list("x3", "y3"), "x1", "y1", "x2", "z1")).isEqualTo("x2 z1 x3 y3");
    assertThat(replace(table("x1", "y1"), "x", list("x3"), "x1", "y1", "y2", "x2")).isEqualTo("y1 y2 x2 x3");
    assertThat(replace(table("x1", "y1"), "x", list(), "y1", "x1", "x2")).isEqualTo("y1 x2");
    assertThat(replace(table("x1", "y1"), "x", list("x3"), "x1", "y7")).as("others replaced others")
        .isEqualTo("y7 x3");
  }

  @Test
  void whatWasToBeReplacedMustBeThere() {
    assertThatThrownBy(() -> replace(table("x1", "x2"), "x", list("x3"), "x1", "x4"))
        .isInstanceOf(TableConflictException.class)
        .hasMessageContaining("somebody else has written what was to be replaced").hasMessageContaining("run it again");
  }

  @Test
  void whatADeleteWouldHaveToDeleteTooIsAConflict() {
    TableEdit delete = TableEdit.replaceAllOf(table("x1", "y1"), part -> part.id().startsWith("x"));
    assertThat(delete.apply(table("x1", "y1", "y2"), List.of()).parts()).extracting(TablePart::id)
        .containsExactly("y1", "y2");
    assertThatThrownBy(() -> delete.apply(table("x1", "x2", "y1"), List.of()))
        .isInstanceOf(TableConflictException.class);
    assertThatThrownBy(() -> delete.apply(table("y1"), List.of())).isInstanceOf(TableConflictException.class);
  }

  /** Else of two that each write the first rows of a partition both would be there. */
  @Test
  void partitionsWithoutAnythingToReplaceMustBeAsTheyWere() {
    assertThat(replace(table(), "x", list("x1"))).isEqualTo("x1");
    assertThatThrownBy(() -> replace(table(), "x", list("x1"), "x2")).isInstanceOf(TableConflictException.class);
    assertThatThrownBy(() -> replace(table("x1"), "xy", list("x3", "y3"), "x1", "y2"))
        .isInstanceOf(TableConflictException.class);
    assertThat(replace(table("x1", "y1"), "x", list("y3"), "x1", "y1")).as("rows that move").isEqualTo("y1 y3");
    assertThatThrownBy(() -> replace(table("x1", "y1"), "x", list("y3"), "x1", "y1", "y2"))
        .isInstanceOf(TableConflictException.class);
  }
}
