package io.packice.arrow;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;

/** Copies single rows of a table, from whichever batches they are in, into one new root. */
final class RowTaker {
  private final TableScan scan;
  private final BufferAllocator allocator;
  private final ScanOptions options;

  RowTaker(TableScan scan, BufferAllocator allocator, ScanOptions options) {
    this.scan = scan;
    this.allocator = allocator;
    this.options = options;
  }

  VectorSchemaRoot take(long... rows) {
    int[] batches = Arrays.stream(rows).mapToInt(scan::batchOf).toArray(); // first: a row that does not exist costs nothing
    int[] distinct = Arrays.stream(batches).sorted().distinct().toArray();
    VectorSchemaRoot taken = VectorSchemaRoot.create(scan.schema(options), allocator);
    List<VectorSchemaRoot> sources = new ArrayList<>(distinct.length);
    try {
      for (int batch : distinct) {
        sources.add(scan.load(batch, allocator, options)); // costs no memory
      }
      int[] source = Arrays.stream(batches).map(batch -> Arrays.binarySearch(distinct, batch)).toArray();
      int[] row = new int[rows.length];
      Arrays.setAll(row, i -> (int) (rows[i] - scan.firstRow(batches[i])));
      for (int column = 0; column < taken.getFieldVectors().size(); column++) {
        copy(sources, column, source, row, taken.getVector(column));
      }
      taken.setRowCount(rows.length);
      return taken;
    } catch (Throwable failure) {
      taken.close();
      throw failure;
    } finally {
      sources.forEach(VectorSchemaRoot::close);
    }
  }

  private static void copy(List<VectorSchemaRoot> sources, int column, int[] source, int[] row, FieldVector target) {
    List<FieldVector> vectors = sources.stream().map(root -> root.getVector(column)).toList();
    target.setInitialCapacity(row.length);
    target.allocateNew();
    for (int i = 0; i < row.length; i++) {
      RowCopier.copy(vectors.get(source[i]), row[i], target, i);
    }
    target.setValueCount(row.length);
  }
}
