package io.packice.arrow.ipc;

import io.packice.arrow.batch.IpcMessages;
import io.packice.arrow.batch.SharedMapping;
import io.packice.arrow.imports.ImportException;
import io.packice.arrow.imports.ImportRanges;
import io.packice.arrow.imports.ImportSource;
import io.packice.arrow.schema.Damage;
import io.packice.arrow.schema.DamageWords;
import java.io.IOException;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/**
 * An Arrow IPC file or stream to be imported: which schema it has, and its dictionary and record batches in the order in which they count. For one thread at a
 * time; whoever opened it closes it, and what is still read of it stays in memory.
 */
interface IpcSource extends AutoCloseable {
  /**
   * Opens a source: one with ranges is mapped and looked through at once, of another the schema is read.
   *
   * @throws ImportException if it is not Arrow IPC, or damaged, or a file in something that cannot be read from its end
   * @throws IOException if it cannot be read
   */
  static IpcSource open(ImportSource source) throws IOException {
    ImportRanges ranges = source.ranges();
    if (ranges == null) {
      return IpcStream.open(source);
    }
    try (ranges) {
      return IpcMapped.open(source.name(), ranges);
    }
  }

  /** As messages have it: a dictionary-encoded field has the type of its values. */
  Schema schema();

  /**
   * The next dictionary or record batch.
   *
   * @return null behind the last
   * @throws ImportException if something else follows
   * @throws IOException if it cannot be read
   */
  IpcMessages.@Nullable Found next() throws IOException;

  /** Where the body of the last message lies; whoever goes on reading it retains this. */
  SharedMapping mapping();

  /** How much of the source lies before the next message. */
  long doneBytes();

  /** What is said of it when a message is not as it should be. */
  ImportException damaged(Throwable why);

  /**
   * How many rows its batches say that they have, as far as that is known before they are read: of a stream that has no end yet, 0. Of a damaged
   * message it throws whatever flatbuffers throws.
   */
  default long leastRows() {
    return 0;
  }

  @Override
  void close();

  /**
   * What is said of a file or stream that cannot be imported.
   *
   * @param where how much of it there is, or was read
   * @param otherwise what to do about damage
   */
  static ImportException refused(String name, String where, String otherwise, Throwable why) {
    return why instanceof Damage damage && damage.isSound()
        ? ImportException.of(name, damage)
        : new ImportException("Cannot import " + name + where + "it is no Arrow IPC, or damaged (" + DamageWords.of(why)
            + "); " + otherwise, why);
  }
}
