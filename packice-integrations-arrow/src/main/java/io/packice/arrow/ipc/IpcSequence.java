package io.packice.arrow.ipc;

import io.packice.arrow.batch.IpcMessages;
import io.packice.arrow.imports.ImportException;
import io.packice.arrow.schema.Damage;
import java.io.IOException;
import org.apache.arrow.flatbuf.MessageHeader;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/** The messages of a stream behind its schema; and of those of the same columns that were put behind it, as by {@code cat}. For one thread. */
final class IpcSequence {
  private final String name;
  private final Cursor cursor;
  private final Schema schema;
  private int count;

  /** Reads messages one after the other. */
  interface Cursor {
    /** The next message; null at the end, or behind the mark of one. */
    IpcMessages.@Nullable Found next(String what) throws IOException;

    /** How many bytes have been read. */
    long position();

    /** How many there are in all, which may have to be counted by reading them. */
    long end() throws IOException;
  }

  /** Reads the schema. */
  IpcSequence(String name, Cursor cursor) throws IOException {
    this.name = name;
    this.cursor = cursor;
    IpcMessages.Found first = cursor.next("the schema");
    if (first == null) {
      throw new Damage("it has no schema");
    }
    this.schema = convert(first);
  }

  private static Schema convert(IpcMessages.Found found) {
    return IpcSchemas.convert(found.header(MessageHeader.Schema, new org.apache.arrow.flatbuf.Schema()),
        found.message().version());
  }

  Schema schema() {
    return schema;
  }

  /** The next batch; null behind the last of all. */
  IpcMessages.@Nullable Found next() throws IOException {
    while (true) {
      long start = cursor.position();
      IpcMessages.Found found = cursor.next("message " + (count + 1));
      if (found == null) {
        long end = cursor.position();
        if (end == start) {
          return null;
        }
        found = behind(end);
        if (found == null) {
          return null;
        }
        requireSame(found, end);
      } else if (found.message().headerType() == MessageHeader.Schema) {
        requireSame(found, start); // of a stream behind one that ended without a mark
      } else {
        count++;
        return found;
      }
    }
  }

  /** What follows the mark of the end; null if nothing does. */
  private IpcMessages.@Nullable Found behind(long end) throws IOException {
    IpcMessages.Found found;
    try {
      found = cursor.next("what follows its end");
    } catch (RuntimeException | StackOverflowError noMessage) {
      throw refused(end, "which are no other stream; get it anew", noMessage);
    }
    if (found == null && cursor.position() > end) {
      throw refused(end, "which are no other stream; get it anew", null);
    }
    return found;
  }

  private void requireSame(IpcMessages.Found found, long end) throws IOException {
    Schema other;
    try {
      other = convert(found);
    } catch (RuntimeException | StackOverflowError noSchema) {
      throw refused(end, "which are no other stream; get it anew", noSchema);
    }
    if (!other.getFields().equals(schema.getFields())) {
      throw refused(end, "a stream of the columns " + other.getFields() + " behind one of " + schema.getFields()
          + "; make two files, and two tables, of it", null);
    }
  }

  private ImportException refused(long end, String what, @Nullable Throwable why) throws IOException {
    return new ImportException("Cannot import " + name + ": " + (cursor.end() - end)
        + " bytes follow the end of its Arrow stream, " + what, why);
  }
}
