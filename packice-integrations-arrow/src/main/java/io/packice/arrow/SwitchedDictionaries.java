package io.packice.arrow;

import java.util.Set;
import org.apache.arrow.vector.dictionary.Dictionary;
import org.apache.arrow.vector.dictionary.DictionaryProvider;
import org.jspecify.annotations.Nullable;

/** The dictionaries of one file after the other. For one thread at a time. */
final class SwitchedDictionaries implements DictionaryProvider {
  private DictionaryProvider current;

  SwitchedDictionaries(DictionaryProvider first) {
    this.current = first;
  }

  /** For another thread, which begins where this is. */
  SwitchedDictionaries copy() {
    return new SwitchedDictionaries(current);
  }

  void switchTo(DictionaryProvider next) {
    current = next;
  }

  @Override
  public @Nullable Dictionary lookup(long id) {
    return current.lookup(id);
  }

  @Override
  public Set<Long> getDictionaryIds() {
    return current.getDictionaryIds();
  }
}
