package io.packice.arrow.imports;

import java.io.IOException;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.dictionary.DictionaryProvider;
import org.apache.arrow.vector.dictionary.DictionaryProvider.MapDictionaryProvider;
import org.jspecify.annotations.Nullable;

/** One file's rows as record batches. For one thread at a time; whoever opened it closes it. */
public interface ImportReader extends AutoCloseable {
  /**
   * The next batch.
   *
   * @return rows in a root that stays the reader's and is valid until the next call; null behind the last
   * @throws ImportException if the file cannot be imported because of what it holds
   * @throws IOException if it cannot be read
   */
  @Nullable
  VectorSchemaRoot next() throws IOException;

  /**
   * What the indices of the last batch stand for.
   *
   * @return the dictionaries, which stay the reader's; none unless a format says otherwise
   */
  default DictionaryProvider dictionaries() {
    return new MapDictionaryProvider();
  }

  /** Closes the file and releases the last batch. */
  @Override
  void close() throws IOException;
}
