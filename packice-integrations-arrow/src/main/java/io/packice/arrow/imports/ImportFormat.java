package io.packice.arrow.imports;

import java.io.IOException;
import java.util.List;

/**
 * A format of files, or of other sources, that {@link TableImport} makes tables of: {@code IpcFormat}, {@link io.packice.arrow.text.CsvFormat},
 * {@link io.packice.arrow.text.JsonFormat}, {@link io.packice.arrow.parquet.ParquetFormat}, or one of your own. Safe from any thread.
 */
public interface ImportFormat {
  /**
   * How often each file is read from start to end.
   *
   * @param work what is known before
   * @return 1 or more; what {@link #plan} and the readers tell of their bytes adds up to that many times the files
   */
  int passes(ImportWork work);

  /**
   * Finds out what the files have in common.
   *
   * @param sources one or more, in the order of their rows
   * @param work what is known before, and threads to share it among
   * @return which columns there are, and how to read them
   * @throws ImportException if a file cannot be imported because of what it holds, or the files do not go together
   * @throws IOException if one cannot be read
   */
  ImportPlan plan(List<ImportSource> sources, ImportWork work) throws IOException;
}
