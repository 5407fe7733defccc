package io.packice.djl;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.packice.arrow.FixedWidthColumn.Chunk;
import java.lang.foreign.MemorySegment;
import java.util.List;
import org.junit.jupiter.api.Test;

class TensorColumnTest {
  /** Rows 0 to 9 of two elements each, in three chunks; row r is (2r, 2r + 1). */
  private static final List<Chunk> CHUNKS = List.of(
      new Chunk(0, 3, MemorySegment.ofArray(new int[] {0, 1, 2, 3, 4, 5})),
      new Chunk(3, 1, MemorySegment.ofArray(new int[] {6, 7})),
      new Chunk(4, 6, MemorySegment.ofArray(new int[] {8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19})));

  private final TensorColumn column = column(null);

  @Test
  void rowsOfOneChunkAreAView() {
    assertThat(column.view(4, 6)).isNotNull()
        .satisfies(view -> assertThat(view.heapBase()).isEqualTo(CHUNKS.get(2).values().heapBase()));
    assertThat(column.view(3, 1)).isNotNull();
    assertThat(column.view(1, 2)).isNotNull().satisfies(
        view -> assertThat(view.toArray(ElementType.Layouts.INT)).containsExactly(2, 3, 4, 5));
  }

  @Test
  void rowsOfTwoChunksAndConvertedRowsAreNone() {
    assertThat(column.view(2, 2)).isNull();
    assertThat(column(DataType.FLOAT32).view(0, 2)).isNull();
  }

  @Test
  void rowsAreGatheredFromAllChunksInTheOrderAskedFor() {
    int[] gathered = new int[8];
    column.gather(new long[] {9, 0, 3, 4}, MemorySegment.ofArray(gathered));
    assertThat(gathered).containsExactly(18, 19, 0, 1, 6, 7, 8, 9);
  }

  @Test
  void rowsAreConvertedOnTheWay() {
    float[] gathered = new float[4];
    column(DataType.FLOAT32).gather(new long[] {9, 3}, MemorySegment.ofArray(gathered));
    assertThat(gathered).containsExactly(18, 19, 6, 7);
  }

  @Test
  void shapeAndSizeAreThoseOfTheTensor() {
    TensorColumn doubles = column(DataType.FLOAT64);
    assertThat(doubles.shape(5)).isEqualTo(new Shape(5, 2));
    assertThat(doubles.tensorRowBytes()).isEqualTo(16);
    assertThat(doubles.rowCount()).isEqualTo(10);
  }

  private static TensorColumn column(DataType type) {
    return new TensorColumn(CHUNKS, new long[] {2}, Conversion.of(ElementType.INT32, type, 1, "pairs"));
  }
}
