package io.packice.arrow.imports;

import io.packice.arrow.schema.EncodedSchema;
import java.util.Set;
import org.apache.arrow.vector.dictionary.Dictionary;
import org.apache.arrow.vector.dictionary.DictionaryProvider;
import org.apache.arrow.vector.types.pojo.Field;
import org.jspecify.annotations.Nullable;

/** The dictionaries of one file after the other. For one thread at a time. */
final class SwitchedDictionaries implements DictionaryProvider, EncodedSchema.NamedValues {
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
  public @Nullable Field valueField(long id) {
    return current instanceof EncodedSchema.NamedValues named ? named.valueField(id) : null;
  }

  @Override
  public Set<Long> getDictionaryIds() {
    return current.getDictionaryIds();
  }
}
