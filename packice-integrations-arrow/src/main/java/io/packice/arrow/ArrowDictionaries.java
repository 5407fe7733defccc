package io.packice.arrow;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.dictionary.Dictionary;
import org.apache.arrow.vector.dictionary.DictionaryProvider;
import org.jspecify.annotations.Nullable;

/**
 * What the indices in some batch of a table stand for. Each part of a table has dictionaries of its own, so those of one batch need not fit another.
 * Their vectors point into the mapping, like a batch's: read-only, and leased until they are closed.
 *
 * <p>Safe from any thread until it is closed. Whoever asked for it closes it, before or after the batch and the table; a second close does nothing.
 */
public final class ArrowDictionaries implements DictionaryProvider, AutoCloseable {
  private final Map<Long, Dictionary> byId = new LinkedHashMap<>();

  ArrowDictionaries() {
  }

  void add(Dictionary dictionary) {
    byId.put(dictionary.getEncoding().getId(), dictionary);
  }

  /** The values of a dictionary that there is. */
  FieldVector vector(long id) {
    Dictionary dictionary = byId.get(id);
    if (dictionary == null) {
      throw new IllegalArgumentException("there is no dictionary " + id);
    }
    return dictionary.getVector();
  }

  /**
   * One dictionary.
   *
   * @param id its id, as the encoding of a field names it
   * @return the dictionary; null if there is none of that id, or this is closed
   */
  @Override
  public @Nullable Dictionary lookup(long id) {
    return byId.get(id);
  }

  @Override
  public Set<Long> getDictionaryIds() {
    return Collections.unmodifiableSet(byId.keySet());
  }

  /** Releases the vectors. */
  @Override
  public void close() {
    byId.values().forEach(dictionary -> dictionary.getVector().close());
    byId.clear();
  }
}
