package io.packice.arrow;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.flatbuf.Block;
import org.apache.arrow.flatbuf.Endianness;
import org.apache.arrow.flatbuf.Footer;
import org.apache.arrow.flatbuf.MessageHeader;
import org.apache.arrow.flatbuf.RecordBatch;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/**
 * An Arrow IPC file or stream on disk, mapped: which schema it has, and its dictionary and record batches in the order in which they count. For
 * one thread at a time; whoever opened it closes it, and what is still read of it stays mapped.
 */
final class IpcSource implements AutoCloseable {
  private static final int MAX_FIELDS = 1 << 16;

  private final SharedMapping mapping;
  private final Schema schema;
  private final List<IpcMessages.Found> messages;

  private IpcSource(SharedMapping mapping, Schema schema, List<IpcMessages.Found> messages) {
    this.mapping = mapping;
    this.schema = schema;
    this.messages = List.copyOf(messages);
  }

  /**
   * Maps a file, and finds its messages.
   *
   * @throws ImportException if it is not Arrow IPC, or damaged
   * @throws IOException if it cannot be read
   */
  static IpcSource open(ImportSource file) throws IOException {
    Arena arena = Arena.ofShared();
    try (ImportRanges ranges = ImportRanges.of(file, "an Arrow file is read from its end")) {
      MemorySegment bytes = ranges.all(arena);
      return new Finder(file.name(), bytes).find(SharedMapping.of(file.name(), bytes, arena));
    } catch (Throwable failure) {
      arena.close();
      throw failure;
    }
  }

  SharedMapping mapping() {
    return mapping;
  }

  long byteSize() {
    return mapping.segment().byteSize();
  }

  /** As messages have it: a dictionary-encoded field has the type of its values. */
  Schema schema() {
    return schema;
  }

  List<IpcMessages.Found> messages() {
    return messages;
  }

  /** How many rows its batches say that they have, if they can have so many: what is forged comes out when they are read. */
  long leastRows() {
    long rows = 0;
    for (IpcMessages.Found message : messages) {
      if (message.message().headerType() == MessageHeader.RecordBatch) {
        long own = message.header(MessageHeader.RecordBatch, new RecordBatch()).length();
        rows += own >= 0 && own <= message.body().byteSize() * Byte.SIZE ? own : 0;
      }
    }
    return rows;
  }

  @Override
  public void close() {
    mapping.release();
  }

  static ImportException damaged(String file, long byteSize, Throwable why) {
    return new ImportException("Cannot import " + file + " of " + byteSize + " bytes: it is no Arrow IPC, or damaged ("
        + why.getMessage() + "); get it anew", why);
  }

  /** Looks through a file once. */
  private static final class Finder {
    private final String file;
    private final IpcMessages ipc;
    private final long byteSize;
    private final List<IpcMessages.Found> found = new ArrayList<>();
    private int fields;

    Finder(String file, MemorySegment bytes) {
      this.file = file;
      this.ipc = new IpcMessages(bytes);
      this.byteSize = bytes.byteSize();
    }

    IpcSource find(SharedMapping mapping) throws ImportException {
      try {
        Schema schema = ipc.isFile() ? inFile() : inStream();
        return new IpcSource(mapping, schema, found);
      } catch (RuntimeException | StackOverflowError damage) { // flatbuffers checks bounds with whatever exception comes
        throw damaged(file, byteSize, damage);
      }
    }

    private Schema inFile() {
      Footer footer = ipc.footer();
      Schema schema = schema(footer.schema());
      for (int i = 0; i < footer.dictionariesLength(); i++) {
        add(footer.dictionaries(i), "dictionary " + i);
      }
      for (int i = 0; i < footer.recordBatchesLength(); i++) {
        add(footer.recordBatches(i), "batch " + i);
      }
      return schema;
    }

    private void add(Block block, String name) {
      found.add(ipc.at(block.offset(), block.metaDataLength(), name));
    }

    private Schema inStream() {
      IpcMessages.Found first = ipc.next(0, "the schema");
      if (first == null) {
        throw new IpcMessages.Damage("it has no schema");
      }
      Schema schema = schema(first.header(MessageHeader.Schema, new org.apache.arrow.flatbuf.Schema()));
      for (IpcMessages.Found next = ipc.next(first.end(), "message 1"); next != null;
          next = ipc.next(next.end(), "message " + (found.size() + 1))) {
        found.add(next);
      }
      return schema;
    }

    private Schema schema(org.apache.arrow.flatbuf.@Nullable Schema stored) {
      if (stored == null || stored.endianness() != Endianness.Little) {
        throw new IpcMessages.Damage("it is big-endian or has no schema");
      }
      for (int i = 0; i < stored.fieldsLength(); i++) {
        count(stored.fields(i));
      }
      return Schema.convertSchema(stored);
    }

    /** A forged field may refer to one child many times, and that to one of its own: such a schema would have no end. */
    private void count(org.apache.arrow.flatbuf.Field field) {
      fields++;
      IpcMessages.require(fields <= MAX_FIELDS, "more than " + MAX_FIELDS + " fields");
      for (int i = 0; i < field.childrenLength(); i++) {
        count(field.children(i));
      }
    }
  }
}
