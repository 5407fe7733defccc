package io.packice.spark;

import org.apache.spark.sql.connector.catalog.Identifier;
import org.jspecify.annotations.Nullable;

/** The name of a table as {@code load} and {@code save} give it: the same table as by SQL, but saving makes it if it is not there, and finds columns by name. */
final class SavedName implements Identifier {
  private final Identifier identifier;

  private SavedName(Identifier identifier) {
    this.identifier = identifier;
  }

  static SavedName of(String object) {
    return new SavedName(TableNames.identifier(object));
  }

  @Override
  public String[] namespace() {
    return identifier.namespace();
  }

  @Override
  public String name() {
    return identifier.name();
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof SavedName name && identifier.equals(name.identifier);
  }

  @Override
  public int hashCode() {
    return identifier.hashCode();
  }

  @Override
  public String toString() {
    return identifier.toString();
  }
}
