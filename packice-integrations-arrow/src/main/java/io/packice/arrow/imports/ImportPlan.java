package io.packice.arrow.imports;

import java.io.IOException;
import java.util.List;
import java.util.function.LongConsumer;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.dictionary.DictionaryProvider;
import org.apache.arrow.vector.dictionary.DictionaryProvider.MapDictionaryProvider;
import org.apache.arrow.vector.types.pojo.Schema;

/** How some files of a format become rows. Safe from any thread. */
public interface ImportPlan {
  /**
   * The columns.
   *
   * @return the schema of all batches, but for whether a field may be null, which each batch may say more strictly
   */
  Schema schema();

  /**
   * What whoever imports should hear of: a choice that was made for them, and how to make another.
   *
   * @return a line for each, without its end; none unless a format says otherwise
   */
  default List<String> notes() {
    return List.of();
  }

  /**
   * Dictionaries of the right types, for the schema's dictionary-encoded columns; what they hold does not matter.
   *
   * @param allocator where their vectors are made, which hold no memory
   * @return the dictionaries; none unless a format says otherwise
   */
  default DictionaryProvider dictionaries(BufferAllocator allocator) {
    return new MapDictionaryProvider();
  }

  /**
   * How many rows the files have at least, as far as that is known before they are read: what cannot fit is refused by it before anything is
   * evicted.
   *
   * @return rows of all files together; 0 if it is not known
   */
  default long leastRows() {
    return 0;
  }

  /**
   * What the texts of these rows take at least.
   *
   * @return bytes of all files together; 0 if it is not known
   */
  default long leastTextBytes() {
    return 0;
  }

  /**
   * Opens one of the sources, for the last time. Different ones are read by different threads at a time.
   *
   * @param file its place in the list that was planned
   * @param allocator where its batches are made; it outlives the reader
   * @param read is told how many more bytes of the file have been read
   * @return a reader; the caller closes it
   * @throws ImportException if it cannot be imported because of what it holds, or has changed since it was planned
   * @throws IOException if it cannot be read
   */
  ImportReader open(int file, BufferAllocator allocator, LongConsumer read) throws IOException;
}
