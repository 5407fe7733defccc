package io.packice.arrow;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.jspecify.annotations.Nullable;

/**
 * Imports Arrow IPC files and streams, such as Feather files (version 2), as any Arrow implementation writes them; which of both it is stands in
 * the file. Compressed bodies (LZ4, zstd) are decompressed. Dictionary-encoded columns stay so, delta and replaced dictionaries
 * included; only where several files encode a column in different ways is it decoded. What is neither is written from the file's mapping to the table without a copy in between.
 *
 * <p>Nothing that a file says of itself is believed before it was compared with what is there. Of a compressed batch, the memory taken is at most
 * 64 MiB, or 4,096 bytes for each of its own.
 */
public final class IpcImport {
  private final List<Path> files;
  private final TableOptions options;
  private final Progress progress;

  private IpcImport(List<Path> files, TableOptions options, Progress progress) {
    if (files.isEmpty()) {
      throw new IllegalArgumentException("Cannot import 0 files; name one");
    }
    this.files = List.copyOf(files);
    this.options = options;
    this.progress = progress;
  }

  /**
   * Imports some files of one schema.
   *
   * @param files one or more
   * @return an import to be run
   * @throws IllegalArgumentException if there is none
   */
  public static IpcImport of(List<Path> files) {
    return new IpcImport(files, TableOptions.defaults(), Progress.NONE);
  }

  /**
   * With other options for the table.
   *
   * @param newOptions the options
   * @return a changed copy
   */
  public IpcImport withOptions(TableOptions newOptions) {
    return new IpcImport(files, newOptions, progress);
  }

  /**
   * With somebody who hears how far it has come.
   *
   * @param newProgress is told bytes of the files
   * @return a changed copy
   */
  public IpcImport withProgress(Progress newProgress) {
    return new IpcImport(files, options, newProgress);
  }

  /**
   * Reads the files and publishes the table.
   *
   * @param tables where
   * @param name the table's name
   * @return what was published
   * @throws ImportException if a file is no Arrow IPC, damaged, or of another schema than the first; no table was made
   * @throws IOException if a file cannot be read; no table was made
   * @throws io.packice.core.AlreadyExistsException if the name is taken, and the options do not say to replace
   * @throws io.packice.core.CapacityExceededException if the table does not fit; the message states the numbers
   */
  public TableSummary into(ArrowTables tables, String name) throws IOException {
    long total = 0;
    for (Path file : files) {
      total += Files.size(file);
    }
    progress.report(0, total);
    EncodedSchema schema = schema();
    try (RootAllocator allocator = new RootAllocator()) {
      SwitchedDictionaries dictionaries = new SwitchedDictionaries(schema.emptyDictionaries(allocator));
      try (TableWriter writer = tables.create(name, schema.vectors(), options, dictionaries)) {
        long done = 0;
        for (Path file : files) {
          done = copy(file, schema, dictionaries, allocator, writer, done, total);
        }
        TableSummary summary = writer.commit();
        progress.report(total, total);
        return summary;
      }
    }
  }

  /** What all files have; decoded where they are encoded in different ways. */
  private EncodedSchema schema() throws IOException {
    EncodedSchema schema = schema(files.getFirst());
    for (Path file : files) {
      EncodedSchema own = schema(file);
      requireSame(file, own, schema);
      if (!own.messages().getFields().equals(schema.messages().getFields())) {
        schema = schema.decoded();
      }
    }
    return schema;
  }

  private static EncodedSchema schema(Path file) throws IOException {
    try (IpcSource source = IpcSource.open(file)) {
      return EncodedSchema.renumbered(source.schema()).schema();
    } catch (IllegalArgumentException contradiction) {
      throw new ImportException("Cannot import " + file + ": " + contradiction.getMessage() + "; get it anew",
          contradiction);
    }
  }

  private void requireSame(Path file, EncodedSchema own, EncodedSchema wanted) throws ImportException {
    if (!own.plain().getFields().equals(wanted.plain().getFields())) {
      throw new ImportException("Cannot import " + file + " together with " + files.getFirst()
          + ": it has the columns " + own.plain().getFields() + ", that " + wanted.plain().getFields()
          + "; make two tables");
    }
  }

  private long copy(Path file, EncodedSchema schema, SwitchedDictionaries dictionaries, RootAllocator allocator,
      TableWriter writer, long done, long total) throws IOException {
    try (IpcSource source = IpcSource.open(file); IpcBatches batches = new IpcBatches(source, allocator)) {
      requireSame(file, batches.schema(), schema); // it may have been replaced meanwhile
      dictionaries.switchTo(batches.dictionaries());
      while (writeNext(batches, file, source, schema, allocator, writer)) {
        progress.report(Math.min(total, done + batches.doneBytes()), total);
      }
      return Math.min(total, done + source.byteSize());
    }
  }

  private static boolean writeNext(IpcBatches batches, Path file, IpcSource source, EncodedSchema schema,
      RootAllocator allocator, TableWriter writer) throws ImportException {
    try (VectorSchemaRoot batch = next(batches, file, source, schema, allocator)) {
      if (batch == null) {
        return false;
      }
      writer.write(new VectorSchemaRoot(schema.vectors(), batch.getFieldVectors(), batch.getRowCount()));
      return true;
    }
  }

  private static @Nullable VectorSchemaRoot next(IpcBatches batches, Path file, IpcSource source,
      EncodedSchema schema, RootAllocator allocator) throws ImportException {
    try {
      VectorSchemaRoot batch = batches.next();
      return batch == null || schema.vectors().getFields().equals(batches.schema().vectors().getFields())
          ? batch
          : Decoder.decode(batch, schema.plain(), batches.dictionaries(), allocator);
    } catch (RuntimeException | StackOverflowError damage) {
      throw IpcSource.damaged(file, source.byteSize(), damage);
    }
  }
}
