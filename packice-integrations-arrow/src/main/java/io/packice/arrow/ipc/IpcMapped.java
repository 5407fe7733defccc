package io.packice.arrow.ipc;

import io.packice.arrow.batch.IpcMessages;
import io.packice.arrow.batch.IpcVersions;
import io.packice.arrow.batch.PartFile;
import io.packice.arrow.batch.SharedMapping;
import io.packice.arrow.imports.ImportException;
import io.packice.arrow.imports.ImportRanges;
import io.packice.arrow.schema.FixedWidth;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.flatbuf.Block;
import org.apache.arrow.flatbuf.Footer;
import org.apache.arrow.flatbuf.MessageHeader;
import org.apache.arrow.flatbuf.RecordBatch;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/** A file or stream that lies in memory as a whole, mapped or read. All its messages are found before the first is read. */
final class IpcMapped implements IpcSource {
  /** Between the last batch and the footer: the mark of the end, and what writers align by. */
  private static final long MAX_GAP_BYTES = 256;

  private final String name;
  private final SharedMapping mapping;
  private final Schema schema;
  private final List<IpcMessages.Found> messages;
  private int next;

  private IpcMapped(String name, SharedMapping mapping, Schema schema, List<IpcMessages.Found> messages) {
    this.name = name;
    this.mapping = mapping;
    this.schema = schema;
    this.messages = List.copyOf(messages);
  }

  static IpcMapped open(String name, ImportRanges ranges) throws IOException {
    Arena arena = Arena.ofShared();
    try {
      MemorySegment bytes = ranges.all(arena);
      return new Finder(name, bytes).find(SharedMapping.of(name, bytes, arena));
    } catch (Throwable failure) {
      arena.close();
      throw failure;
    }
  }

  @Override
  public Schema schema() {
    return schema;
  }

  @Override
  public IpcMessages.@Nullable Found next() {
    return next < messages.size() ? messages.get(next++) : null;
  }

  @Override
  public SharedMapping mapping() {
    return mapping;
  }

  @Override
  public long doneBytes() {
    if (next == messages.size()) {
      return mapping.segment().byteSize();
    }
    return next == 0 ? 0 : messages.get(next - 1).end();
  }

  @Override
  public ImportException damaged(Throwable why) {
    return damaged(name, mapping.segment().byteSize(), why);
  }

  private static ImportException damaged(String name, long byteSize, Throwable why) {
    return IpcSource.refused(name, " of " + byteSize + " bytes: ", "get it anew", why);
  }

  /** What is forged, since it cannot have so many, or a row of such a width, comes out when they are read. */
  @Override
  public long leastRows() {
    long rows = 0;
    for (IpcMessages.Found message : messages) {
      if (message.message().headerType() == MessageHeader.RecordBatch) {
        long own = message.header(MessageHeader.RecordBatch, new RecordBatch()).length();
        boolean may = own >= 0 && own <= message.body().byteSize() * Byte.SIZE
            && FixedWidth.leastBytes(schema.getFields(), own) <= IpcInflater.mostBytes(message.body());
        rows += may ? own : 0;
      }
    }
    return rows;
  }

  @Override
  public void close() {
    mapping.release();
  }

  /** Looks through it once. */
  private static final class Finder implements IpcSequence.Cursor {
    private final String name;
    private final IpcMessages ipc;
    private final long byteSize;
    private long position;

    Finder(String name, MemorySegment bytes) {
      this.name = name;
      this.ipc = new IpcMessages(bytes);
      this.byteSize = bytes.byteSize();
    }

    IpcMapped find(SharedMapping mapping) throws IOException {
      try {
        IpcSchemas.requireNoFeather(name, mapping.segment());
        List<IpcMessages.Found> found = new ArrayList<>();
        Schema schema = ipc.isFile() ? inFile(found) : inStream(found);
        return new IpcMapped(name, mapping, schema, found);
      } catch (RuntimeException | StackOverflowError damage) { // flatbuffers checks bounds with whatever exception comes
        throw damaged(name, byteSize, damage);
      }
    }

    private Schema inFile(List<IpcMessages.Found> found) throws ImportException {
      Footer footer = ipc.footer();
      IpcVersions.requireSupported(footer.version());
      Schema schema = IpcSchemas.convert(footer.schema(), footer.version());
      for (int i = 0; i < footer.dictionariesLength(); i++) {
        found.add(at(footer.dictionaries(i), "dictionary " + i));
      }
      for (int i = 0; i < footer.recordBatchesLength(); i++) {
        found.add(at(footer.recordBatches(i), "batch " + i));
      }
      requireNothingBetween(found);
      return schema;
    }

    private IpcMessages.Found at(Block block, String what) {
      return ipc.at(block.offset(), block.metaDataLength(), what);
    }

    /** Places count from a file's start: by the footer of a file that was put behind another, one would read the other. */
    private void requireNothingBetween(List<IpcMessages.Found> found) throws ImportException {
      long end = found.stream().mapToLong(IpcMessages.Found::end).max().orElse(PartFile.LEADING_BYTES);
      if (found.isEmpty()) {
        IpcMessages.Found first = ipc.next(end, "the schema");
        end = first == null ? end : first.end();
      }
      long between = ipc.footerStart() - end;
      if (between > MAX_GAP_BYTES) {
        throw new ImportException("Cannot import " + name + ": " + between + " bytes lie between its last batch and its"
            + " footer, as when files were put behind each other; import each of them by itself");
      }
    }

    private Schema inStream(List<IpcMessages.Found> found) throws IOException {
      IpcSequence sequence = new IpcSequence(name, this);
      for (IpcMessages.Found next = sequence.next(); next != null; next = sequence.next()) {
        found.add(next);
      }
      return sequence.schema();
    }

    @Override
    public IpcMessages.@Nullable Found next(String what) {
      IpcMessages.Found found = ipc.next(position, what);
      position = found == null ? ipc.behindMark(position) : found.end();
      return found;
    }

    @Override
    public long position() {
      return position;
    }

    @Override
    public long end() {
      return byteSize;
    }
  }
}
