package io.packice.arrow;

import io.packice.arrow.ScanOptions.Dictionaries;
import io.packice.arrow.vectors.RareCopier;
import io.packice.arrow.vectors.RowCopier;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.Field;

/** Copies single rows of a table, from whichever batches they are in, into one new root; values in the place of indices, which parts do not share. */
final class RowTaker {
  private final TableScan scan;
  private final BufferAllocator allocator;
  private final ScanOptions options;
  private final RareCopier.Targets targets = new RareCopier.Targets();

  RowTaker(TableScan scan, BufferAllocator allocator, ScanOptions options) {
    this.scan = scan;
    this.allocator = allocator;
    this.options = options;
  }

  VectorSchemaRoot take(long... rows) {
    int[] batches = Arrays.stream(rows).mapToInt(scan::batchOf).toArray(); // first: a row that does not exist costs nothing
    int[] distinct = Arrays.stream(batches).sorted().distinct().toArray();
    VectorSchemaRoot taken =
        VectorSchemaRoot.create(scan.schema(options.withDictionaries(Dictionaries.DECODED)), allocator);
    List<Source> sources = new ArrayList<>(distinct.length);
    try {
      for (int batch : distinct) {
        sources.add(open(batch)); // costs no memory
      }
      int[] source = Arrays.stream(batches).map(batch -> Arrays.binarySearch(distinct, batch)).toArray();
      int[] row = new int[rows.length];
      Arrays.setAll(row, i -> (int) (rows[i] - scan.firstRow(batches[i])));
      for (int column = 0; column < taken.getFieldVectors().size(); column++) {
        copy(sources, column, source, row, taken);
      }
      taken.setRowCount(rows.length);
      return taken;
    } catch (Throwable failure) {
      taken.close();
      throw failure;
    } finally {
      sources.forEach(Source::close);
    }
  }

  /** A batch that rows are taken from. */
  private record Source(VectorSchemaRoot batch, ArrowDictionaries dictionaries, RowCopier copier) {
    void close() {
      batch.close();
      dictionaries.close();
    }
  }

  private Source open(int batch) {
    VectorSchemaRoot root = scan.load(batch, allocator, options.withDictionaries(Dictionaries.ENCODED));
    try {
      ArrowDictionaries dictionaries = scan.dictionaries(batch, allocator, options);
      return new Source(root, dictionaries, new RowCopier(dictionaries, targets));
    } catch (Throwable failure) {
      root.close();
      throw failure;
    }
  }

  private static void copy(List<Source> sources, int column, int[] source, int[] row,
      VectorSchemaRoot taken) {
    FieldVector target = taken.getVector(column);
    Field field = taken.getSchema().getFields().get(column);
    List<FieldVector> vectors = sources.stream().map(of -> of.batch.getVector(column)).toList();
    target.setInitialCapacity(row.length);
    target.allocateNew();
    for (int i = 0; i < row.length; i++) {
      sources.get(source[i]).copier.copy(field, vectors.get(source[i]), row[i], target, i);
    }
    target.setValueCount(row.length);
  }
}
