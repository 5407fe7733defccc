package io.packice.arrow;

import io.packice.arrow.batch.LeaseDebug;
import java.lang.ref.Cleaner;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** Where a table was opened, and, should nobody close it, a word about that in the log. Only while {@link LeaseDebug} is on. */
final class OpenTable {
  /** Made when the first table is watched. */
  private static final class Watch {
    static final Cleaner CLEANER = Cleaner.create();
  }

  private final String where;
  private final AtomicBoolean closed = new AtomicBoolean();

  private OpenTable(String where) {
    this.where = where;
  }

  static @Nullable OpenTable ifEnabled(Object table, String name) {
    if (!LeaseDebug.isEnabled()) {
      return null;
    }
    OpenTable opened = new OpenTable(LeaseDebug.caller());
    AtomicBoolean closed = opened.closed;
    String where = opened.where;
    Watch.CLEANER.register(table, () -> {
      if (!closed.get()) {
        Log.forgotten(name, where);
      }
    });
    return opened;
  }

  String where() {
    return where;
  }

  void close() {
    closed.set(true);
  }
}
