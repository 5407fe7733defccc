package io.packice.arrow.parquet;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * A Parquet file cannot be read, because of what it holds: it is damaged, cut short, encrypted, or has what this version does not know; or a
 * table cannot be written as Parquet. The message names the file and, where there is one, the row group and the column.
 */
public final class ParquetException extends IOException {
  private static final long serialVersionUID = 1;

  ParquetException(String message) {
    super(message);
  }

  ParquetException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
