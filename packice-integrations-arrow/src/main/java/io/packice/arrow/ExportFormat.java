package io.packice.arrow;

import io.packice.arrow.manifest.TableFormatException;
import java.io.IOException;
import java.nio.channels.WritableByteChannel;

/** A format that tables are written in. Safe from any thread. */
public interface ExportFormat {
  /**
   * Writes a table.
   *
   * @param table the table; it stays the caller's, and open
   * @param to where to; it stays the caller's. What is there after a failure is incomplete
   * @param progress is told rows instead of bytes
   * @throws IOException if it cannot be written
   * @throws IllegalArgumentException if the format has no form for a column's type, or knows columns by their names and two have the same
   * @throws TableFormatException if the table is damaged
   * @throws IllegalStateException if the table is closed
   */
  void write(ArrowTable table, WritableByteChannel to, Progress progress) throws IOException;
}
