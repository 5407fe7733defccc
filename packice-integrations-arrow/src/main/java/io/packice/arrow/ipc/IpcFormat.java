package io.packice.arrow.ipc;

import io.packice.arrow.ArrowTable;
import io.packice.arrow.ExportFormat;
import io.packice.arrow.IpcExport;
import io.packice.arrow.Progress;
import io.packice.arrow.batch.IpcVersions;
import io.packice.arrow.imports.ImportException;
import io.packice.arrow.imports.ImportFormat;
import io.packice.arrow.imports.ImportPlan;
import io.packice.arrow.imports.ImportReader;
import io.packice.arrow.imports.ImportSource;
import io.packice.arrow.imports.ImportWork;
import io.packice.arrow.schema.Damage;
import io.packice.arrow.schema.EncodedSchema;
import io.packice.arrow.vectors.Decoder;
import java.io.IOException;
import java.nio.channels.WritableByteChannel;
import java.util.List;
import java.util.function.LongConsumer;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.dictionary.DictionaryProvider;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/**
 * Arrow IPC: files, such as Feather (version 2), and streams.
 *
 * <p>Imports either, as any Arrow implementation writes them, those before 0.15 too; which of both it is stands in the file. Compressed bodies (LZ4, zstd) are decompressed.
 * Streams of the same columns may lie behind each other; a stream may come through a pipe, a file may not, since it is read from its end.
 * Dictionary-encoded columns stay so, delta and replaced dictionaries included; only where several files encode a column in different ways is it
 * decoded. What is not compressed is written from the file's mapping to the table without a copy in between. Nothing that a file says of itself is
 * believed before it was compared with what is there. Of a compressed batch, the memory taken is at most 64 MiB, or 4,096 bytes for each of its own.
 *
 * <p>Exports uncompressed, straight from the mapping. A stream has each part's dictionaries as they are. A file can have each dictionary only once:
 * where a part's says something else than another part's, rather than less or more, dictionary-encoded columns are decoded.
 */
public final class IpcFormat implements ImportFormat, ExportFormat {
  private static final IpcFormat FILE = new IpcFormat(true);
  private static final IpcFormat STREAM = new IpcFormat(false);

  private final boolean isFile;

  private IpcFormat(boolean isFile) {
    this.isFile = isFile;
  }

  /**
   * Files, which can be read in any order.
   *
   * @return the format
   */
  public static IpcFormat file() {
    return FILE;
  }

  /**
   * Streams, which can be read while they are written.
   *
   * @return the format
   */
  public static IpcFormat stream() {
    return STREAM;
  }

  /**
   * Whether bytes are such as an Arrow file or stream begins with, of whatever version: whoever imports them hears what there is to say of it.
   *
   * @param start the first ones, 1,000 or more if there are so many
   * @return whether it is Arrow; of Arrow before 0.15, which had no mark, as far as that can be seen
   */
  public static boolean begins(byte[] start) {
    return IpcVersions.begins(start);
  }

  @Override
  public int passes(ImportWork work) {
    return 1;
  }

  @Override
  public ImportPlan plan(List<ImportSource> files, ImportWork work) throws IOException {
    EncodedSchema target = work.target();
    List<Content> contents = work.onEach(files, file -> content(file, target));
    EncodedSchema schema = contents.getFirst().schema();
    for (int i = 0; i < files.size(); i++) {
      EncodedSchema own = contents.get(i).schema();
      requireSame(files, i, own, schema);
      if (!own.messages().getFields().equals(schema.messages().getFields())) {
        schema = schema.decoded();
      }
    }
    return new Plan(files, schema, target, contents.stream().mapToLong(Content::rows).sum());
  }

  /** What the messages of a file say. */
  private record Content(EncodedSchema schema, long rows) {
  }

  private static Content content(ImportSource file, @Nullable EncodedSchema target) throws IOException {
    try (IpcSource source = IpcSource.open(file)) {
      return new Content(renumbered(file, source, target).schema(), leastRows(source));
    }
  }

  private static long leastRows(IpcSource source) throws ImportException {
    try {
      return source.leastRows();
    } catch (RuntimeException | StackOverflowError damage) { // flatbuffers checks bounds with whatever exception comes
      throw source.damaged(damage);
    }
  }

  private static EncodedSchema.Renumbered renumbered(ImportSource file, IpcSource source,
      @Nullable EncodedSchema target) throws ImportException {
    try {
      return target == null
          ? EncodedSchema.renumbered(source.schema())
          : EncodedSchema.renumbered(source.schema(), target);
    } catch (Damage contradiction) {
      throw ImportException.of(file.name(), contradiction);
    }
  }

  private static void requireSame(List<ImportSource> files, int file, EncodedSchema own, EncodedSchema wanted)
      throws ImportException {
    if (!own.plain().getFields().equals(wanted.plain().getFields())) {
      throw new ImportException("Cannot import " + files.get(file).name() + " together with " + files.getFirst().name()
          + ": it has the columns " + own.plain().getFields() + ", that " + wanted.plain().getFields()
          + "; make two tables");
    }
  }

  private record Plan(List<ImportSource> files, EncodedSchema encoded, @Nullable EncodedSchema target, long leastRows)
      implements ImportPlan {
    @Override
    public Schema schema() {
      return encoded.vectors();
    }

    @Override
    public DictionaryProvider dictionaries(BufferAllocator allocator) {
      return encoded.emptyDictionaries(allocator);
    }

    @Override
    public ImportReader open(int file, BufferAllocator allocator, LongConsumer read) throws IOException {
      IpcSource source = IpcSource.open(files.get(file));
      try {
        IpcBatches batches = new IpcBatches(source, renumbered(files.get(file), source, target), allocator);
        requireSame(files, file, batches.schema(), encoded); // it may have been replaced meanwhile
        return new Reader(source, batches, encoded, allocator, read);
      } catch (Throwable failure) {
        source.close();
        throw failure;
      }
    }
  }

  private static final class Reader implements ImportReader {
    private final IpcSource source;
    private final IpcBatches batches;
    private final EncodedSchema wanted;
    private final BufferAllocator allocator;
    private final LongConsumer read;
    private @Nullable VectorSchemaRoot current;
    private long told;

    Reader(IpcSource source, IpcBatches batches, EncodedSchema wanted, BufferAllocator allocator, LongConsumer read) {
      this.source = source;
      this.batches = batches;
      this.wanted = wanted;
      this.allocator = allocator;
      this.read = read;
    }

    @Override
    public @Nullable VectorSchemaRoot next() throws IOException {
      closeCurrent();
      try {
        VectorSchemaRoot batch = batches.next();
        boolean asItIs = wanted.vectors().getFields().equals(batches.schema().vectors().getFields());
        current = batch == null || asItIs ? batch
            : Decoder.decode(batch, wanted.plain(), batches.dictionaries(), allocator);
      } catch (RuntimeException | StackOverflowError damage) {
        throw source.damaged(damage);
      }
      tell(source.doneBytes());
      return current;
    }

    private void tell(long done) {
      read.accept(done - told);
      told = done;
    }

    @Override
    public DictionaryProvider dictionaries() {
      return batches.dictionaries();
    }

    private void closeCurrent() {
      if (current != null) {
        current.close();
        current = null;
      }
    }

    @Override
    public void close() {
      closeCurrent();
      batches.close();
      source.close();
    }
  }

  @Override
  public void write(ArrowTable table, WritableByteChannel to, Progress progress) throws IOException {
    new IpcExport(table, to, progress).run(isFile);
  }
}
