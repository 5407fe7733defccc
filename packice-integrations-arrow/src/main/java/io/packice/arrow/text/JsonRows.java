package io.packice.arrow.text;

import io.packice.arrow.imports.ImportReader;
import java.io.IOException;
import java.util.Set;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.jspecify.annotations.Nullable;

/** A file of JSON objects as record batches of a known schema. */
final class JsonRows implements ImportReader {
  private static final int BATCH_ROWS = 1 << 16;
  private static final long BATCH_CHARS = 1L << 26; // text has 31-bit offsets, and a char up to 3 bytes

  private final JsonFile file;
  private final VectorSchemaRoot root;
  private final JsonCells cells;

  /** {@code asked} are columns whose types somebody gave. */
  JsonRows(JsonFile file, VectorSchemaRoot root, Set<String> asked, JsonCells.Advice advice) {
    this.file = file;
    this.root = root;
    this.cells = new JsonCells(root.getFieldVectors(), asked, advice);
  }

  @Override
  public @Nullable VectorSchemaRoot next() throws IOException {
    root.clear();
    cells.restart();
    int rows = 0;
    long start = file.position();
    while (rows < BATCH_ROWS && file.position() - start < BATCH_CHARS && file.nextRow()) {
      cells.storeRow(file, rows++);
    }
    root.setRowCount(rows);
    return rows == 0 ? null : root;
  }

  @Override
  public void close() {
    root.close();
    file.close();
  }
}
