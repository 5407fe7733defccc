package io.packice.arrow;

import io.packice.LeasedObject;
import io.packice.PackiceClient;
import io.packice.arrow.batch.SharedMapping;
import io.packice.arrow.batch.StoredColumn;
import io.packice.arrow.manifest.Manifest;
import io.packice.arrow.manifest.TableDescription;
import io.packice.arrow.manifest.TableFormatException;
import io.packice.arrow.manifest.TableSummary;
import io.packice.arrow.schema.ColumnNames;
import io.packice.arrow.schema.Counts;
import io.packice.arrow.schema.EncodedSchema;
import io.packice.arrow.statistics.ColumnStatistics;
import io.packice.arrow.statistics.StatisticsCollector;
import io.packice.core.AcquireRequest;
import io.packice.core.ObjectId;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.dictionary.DictionaryProvider;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/**
 * One version of a table under READ leases on its manifest and all its parts: nobody can change or evict it, and its values are read where they
 * are.
 *
 * <p>Safe from any thread. Whoever opened the table closes it; a second close does nothing. It outlives its client's close. Arrow vectors over
 * it outlive even its own close: each part stays mapped and leased until the last buffer over it is released.
 *
 * <p>With the system property {@code packice.debug.leases=true}, it is remembered where tables, batches and dictionaries are opened: a table that is
 * forgotten instead of closed is told of in the log, and a close before that of its batches throws, naming them, though it does its work.
 */
public final class ArrowTable implements AutoCloseable {
  private final String name;
  private final @Nullable LeasedObject manifestLease;
  private final Manifest manifest;
  private final long asOf;
  private final List<SharedMapping> leases;
  private final TableScan scan;
  private final AtomicBoolean closed = new AtomicBoolean();
  private final @Nullable OpenTable debug;

  private ArrowTable(String name, @Nullable LeasedObject manifestLease, Manifest manifest, long asOf,
      List<SharedMapping> leases, List<StoredPart> parts) {
    this.name = name;
    this.asOf = asOf;
    this.manifestLease = manifestLease;
    this.manifest = manifest;
    this.leases = List.copyOf(leases);
    this.scan = new TableScan(name, manifest.columns(), parts);
    this.debug = OpenTable.ifEnabled(this, name);
  }

  /**
   * Leases the parts that a manifest names; the manifest's lease is the table's if this succeeds, and stays the caller's if not. There is none if
   * the caller knows the manifest without it. The parts are those of when the manifest was read.
   */
  static ArrowTable open(PackiceClient client, String name, @Nullable LeasedObject manifestLease, Manifest manifest,
      long asOf) {
    List<SharedMapping> leases = new ArrayList<>();
    List<StoredPart> parts = new ArrayList<>();
    try {
      for (Manifest.Part part : manifest.parts()) {
        LeasedObject object = client.get(AcquireRequest.read(new ObjectId(part.id())).withAsOf(asOf));
        if (object.blobs().size() != 1) {
          object.close();
          throw new TableFormatException("Cannot read part " + part.id() + ": it has " + object.blobs().size()
              + " blobs instead of one; drop the table and write it anew");
        }
        SharedMapping lease = SharedMapping.of(object);
        leases.add(lease);
        parts.add(PartReader.read(lease, manifest, part));
      }
      return new ArrowTable(name, manifestLease, manifest, asOf, leases, parts);
    } catch (Throwable failure) {
      leases.forEach(SharedMapping::release);
      throw failure;
    }
  }

  /**
   * The table's name.
   *
   * @return its name
   */
  public String name() {
    return name;
  }

  /**
   * What this version consists of, for others to open parts of it while this table is open, in this or another process.
   *
   * @return the description
   */
  public TableDescription description() {
    return new TableDescription(name, manifest, asOf);
  }

  /**
   * Which version of the table this is: the first is 1, and each that replaces one counts on.
   *
   * @return from 1
   */
  public long version() {
    return manifest.version();
  }

  /**
   * The table's columns, and the custom metadata that its writer gave.
   *
   * @return the schema, as vectors have it: a dictionary-encoded column has the type of its indices
   */
  public Schema schema() {
    return manifest.schema().vectors();
  }

  EncodedSchema encodedSchema() {
    return manifest.schema();
  }

  /**
   * What some way of reading the table gives.
   *
   * @param options what is read and how
   * @return the schema of its batches
   * @throws IllegalArgumentException if there is no such column
   */
  public Schema schema(ScanOptions options) {
    return scan.schema(options);
  }

  /**
   * Refuses this table where columns are known by their names: Arrow allows several of one name, and all but one of them would be lost.
   *
   * @param action what cannot be done then, such as "write CSV"
   * @throws IllegalArgumentException if two columns have the same name; the message says which
   */
  public void requireDistinctNames(String action) {
    ColumnNames.repeated(schema().getFields()).ifPresent(column -> {
      throw new IllegalArgumentException(
          "Cannot " + action + ": table " + name + " has several columns called " + column
              + "; export it as Arrow, and rename them there");
    });
  }

  /**
   * The rows of all batches.
   *
   * @return how many
   */
  public long rowCount() {
    return manifest.rowCount();
  }

  /**
   * The table in numbers.
   *
   * @return what a listing shows of it
   */
  public TableSummary summary() {
    return manifest.summary(name);
  }

  /**
   * What is known of each column without reading it.
   *
   * @return one entry for each field of the schema, in order
   */
  public List<ColumnStatistics> statistics() {
    StatisticsCollector collector = new StatisticsCollector(manifest.schema().vectors());
    for (Manifest.Part part : manifest.parts()) {
      List<ColumnStatistics> statistics = manifest.statistics(part);
      for (int i = 0; i < statistics.size(); i++) {
        collector.add(i, statistics.get(i));
      }
    }
    return collector.columns();
  }

  /**
   * The record batches of all parts.
   *
   * @return how many
   */
  public int batchCount() {
    return scan.batches().size();
  }

  /**
   * The rows of one record batch, without reading it.
   *
   * @param index which, from 0
   * @return how many
   * @throws IndexOutOfBoundsException if there are not so many batches
   */
  public int batchRowCount(int index) {
    return scan.batches().get(index).rowCount();
  }

  /**
   * One record batch. Its buffers point into the mapping, so they are read-only: <b>storing into one is a fault that ends the process</b>. Only
   * validity buffers of columns without nulls are allocated. Offsets of variable-width columns, and indices into
   * dictionaries, are checked first, so that damage gives an exception and never a fault.
   *
   * @param index which, from 0
   * @param allocator what the buffers are counted with; its limit must allow for their bytes, though none are taken
   * @return a new root; the caller closes it, before or after this table
   * @throws TableFormatException if the batch is damaged
   * @throws IndexOutOfBoundsException if there are not so many batches
   * @throws IllegalStateException if this table is closed
   */
  public VectorSchemaRoot batch(int index, BufferAllocator allocator) {
    return batch(index, allocator, ScanOptions.all());
  }

  /**
   * Like {@link #batch(int, BufferAllocator)}, of some columns, or with other checks.
   *
   * @param index which, from 0
   * @param allocator what the buffers are counted with
   * @param options what to read and how
   * @return a new root; the caller closes it, before or after this table
   * @throws TableFormatException if the batch is damaged
   * @throws IndexOutOfBoundsException if there are not so many batches
   * @throws IllegalArgumentException if there is no such column
   * @throws IllegalStateException if this table is closed
   */
  public VectorSchemaRoot batch(int index, BufferAllocator allocator, ScanOptions options) {
    requireOpen();
    return scan.load(index, allocator, options);
  }

  /**
   * The columns of one record batch where they lie, for whoever reads by address: no vectors are made and no memory is taken. What is checked is what
   * {@link #batch(int, BufferAllocator, ScanOptions)} checks; dictionary-encoded columns stay so, with their values beside them.
   *
   * @param index which, from 0
   * @param options what to read, and what to check
   * @return one for each column; their memory ends with this table, of which who reads by address is not told
   * @throws TableFormatException if the batch is damaged
   * @throws IndexOutOfBoundsException if there are not so many batches
   * @throws IllegalArgumentException if there is no such column
   * @throws IllegalStateException if this table is closed
   */
  public List<StoredColumn> columns(int index, ScanOptions options) {
    requireOpen();
    return scan.columns(index, options);
  }

  /**
   * What the indices of dictionary-encoded columns stand for in one record batch. Batches of one part share them, parts do not; whoever does not want
   * to know reads with {@link ScanOptions.Dictionaries#DECODED}.
   *
   * @param index which batch, from 0
   * @param allocator what the buffers are counted with; their bytes lie in the mapping
   * @param options which columns, and what to check
   * @return the dictionaries that these columns need, none if they are not encoded; the caller closes it, before or after the batch and this table
   * @throws TableFormatException if a dictionary is damaged
   * @throws IndexOutOfBoundsException if there are not so many batches
   * @throws IllegalArgumentException if there is no such column
   * @throws IllegalStateException if this table is closed
   */
  public ArrowDictionaries dictionaries(int index, BufferAllocator allocator, ScanOptions options) {
    requireOpen();
    return scan.dictionaries(index, allocator, options);
  }

  boolean sharesDictionaries(int batch, int other) {
    return scan.sharesDictionaries(batch, other);
  }

  /**
   * All record batches in order, each as {@link #batch(int, BufferAllocator)} gives it.
   *
   * @param allocator what the buffers are counted with
   * @return an iterator; the caller closes it
   * @throws IllegalStateException if this table is closed
   */
  public ArrowBatches batches(BufferAllocator allocator) {
    return batches(allocator, ScanOptions.all());
  }

  /**
   * Like {@link #batches(BufferAllocator)}, of some columns, or with other checks.
   *
   * @param allocator what the buffers are counted with
   * @param options what to read and how
   * @return an iterator; the caller closes it
   * @throws IllegalArgumentException if there is no such column
   * @throws IllegalStateException if this table is closed
   */
  public ArrowBatches batches(BufferAllocator allocator, ScanOptions options) {
    requireOpen();
    var _ = scan.schema(options); // now rather than at the first batch
    return new ArrowBatches(this, allocator, options);
  }

  /**
   * A stream of what a function makes of each record batch, in order. Each batch is open only while the function runs, so nothing needs
   * closing; {@code parallel()} scans on as many threads as the machine has cores.
   *
   * {@snippet :
   * long sum = table.stream(allocator, ScanOptions.all().withColumns("price"), batch -> sum(batch.getVector(0))).parallel().reduce(0L, Long::sum);
   * }
   *
   * @param <T> what the function gives
   * @param allocator what the buffers are counted with
   * @param options what to read and how
   * @param function from a batch, which it must not keep, to a value that does not refer to it
   * @return the stream, lazily; the table must stay open until it is read
   * @throws IllegalArgumentException if there is no such column
   * @throws IllegalStateException if this table is closed
   */
  public <T> Stream<T> stream(BufferAllocator allocator, ScanOptions options, Function<VectorSchemaRoot, T> function) {
    requireOpen();
    var _ = scan.schema(options);
    return IntStream.range(0, batchCount()).mapToObj(index -> {
      try (VectorSchemaRoot batch = batch(index, allocator, options)) {
        return function.apply(batch);
      }
    });
  }

  /**
   * Like {@link #stream(BufferAllocator, ScanOptions, Function)}, for a function that wants to know what indices stand for.
   *
   * @param <T> what the function gives
   * @param allocator what the buffers are counted with
   * @param options what to read and how
   * @param function from a batch and its dictionaries, neither of which it must keep, to a value that does not refer to them
   * @return the stream, lazily; the table must stay open until it is read
   * @throws IllegalArgumentException if there is no such column
   * @throws IllegalStateException if this table is closed
   */
  public <T> Stream<T> stream(BufferAllocator allocator, ScanOptions options,
      BiFunction<VectorSchemaRoot, DictionaryProvider, T> function) {
    requireOpen();
    var _ = scan.schema(options);
    return IntStream.range(0, batchCount()).mapToObj(index -> {
      try (VectorSchemaRoot batch = batch(index, allocator, options);
          ArrowDictionaries dictionaries = dictionaries(index, allocator, options)) {
        return function.apply(batch, dictionaries);
      }
    });
  }

  /**
   * Copies single rows, from whichever parts and batches they are in, into one new root. Dictionary-encoded columns are
   * decoded, because parts do not share their dictionaries.
   *
   * @param rows the rows' numbers, from 0 in the order of the table; in any order, and as often as wanted
   * @param allocator what the new root's memory comes from
   * @param options what to read and how
   * @return a new root with as many rows, in the given order; the caller closes it, before or after this table, and may change it
   * @throws TableFormatException if a batch is damaged
   * @throws IndexOutOfBoundsException if there is no such row
   * @throws IllegalArgumentException if there is no such column
   * @throws IllegalStateException if this table is closed
   */
  public VectorSchemaRoot take(long[] rows, BufferAllocator allocator, ScanOptions options) {
    requireOpen();
    return new RowTaker(scan, allocator, options).take(rows);
  }

  /**
   * The values of one column as plain memory, without Arrow buffers: for tensors.
   *
   * @param column the column's name
   * @return the column; it is valid while this table is open
   * @throws IllegalArgumentException if there is no such column, it has nulls, or its values are not primitive values of whole bytes or
   *     fixed-size lists of them
   * @throws IllegalStateException if this table is closed
   */
  public FixedWidthColumn column(String column) {
    requireOpen();
    return scan.column(column, batch -> batch);
  }

  /**
   * Like {@link #column(String)}, for code that changes the values: what is stored goes to private copies of the pages, and nobody else sees it.
   * Each call gives new, unchanged values; they cost memory only where they are written.
   *
   * @param column the column's name
   * @param arena ends the column; close it before this table
   * @return the column, whose segments may be written
   * @throws IllegalArgumentException as {@link #column(String)} does
   * @throws IllegalStateException if this table or the arena is closed
   */
  public FixedWidthColumn copyOnWriteColumn(String column, Arena arena) {
    requireOpen();
    IdentityHashMap<SharedMapping, MemorySegment> parts = new IdentityHashMap<>();
    return scan.column(column,
        batch -> batch.in(parts.computeIfAbsent(batch.lease(), lease -> lease.copyOnWrite(arena))));
  }

  /**
   * Private memory for the values of any number of columns, which costs one mapping of each part, however many columns there are.
   *
   * @param arena ends the memory; close it before this table
   * @return gives, for the values of a {@link FixedWidthColumn.Chunk} of this table, the same in memory that may be written, as by
   *     {@link #copyOnWriteColumn}; the same values twice are the same memory. For one thread at a time; it throws
   *     {@link IllegalArgumentException} for other memory, and {@link IllegalStateException} when this table is closed
   * @throws IllegalStateException if this table is closed
   */
  public UnaryOperator<MemorySegment> copyOnWrite(Arena arena) {
    requireOpen();
    TreeMap<Long, SharedMapping> parts = new TreeMap<>();
    leases.forEach(lease -> parts.put(lease.segment().address(), lease));
    IdentityHashMap<SharedMapping, MemorySegment> copies = new IdentityHashMap<>();
    return values -> {
      requireOpen();
      Map.Entry<Long, SharedMapping> part = parts.floorEntry(values.address());
      if (part == null || values.address() + values.byteSize() > part.getKey() + part.getValue().segment().byteSize()) {
        throw new IllegalArgumentException("Cannot give private memory for " + values.byteSize()
            + " bytes that are not of table " + name + "; give the values of a chunk of one of its columns");
      }
      return copies.computeIfAbsent(part.getValue(), lease -> lease.copyOnWrite(arena))
          .asSlice(values.address() - part.getKey(), values.byteSize());
    };
  }

  /**
   * Stands for this version of this table: no other has the same, not even one of the same name and version that was written another time.
   *
   * @return a few letters and digits, the same in every process
   */
  public String fingerprint() {
    return manifest.fingerprint();
  }

  private void requireOpen() {
    if (closed.get()) {
      throw new IllegalStateException("Cannot read table " + name + ": it is closed; open it anew"
          + (debug == null ? "" : " (opened at " + debug.where() + ")"));
    }
  }

  /**
   * Ends the table. Each part is unmapped and its lease released at once, or with the last Arrow buffer over it.
   *
   * @throws IllegalStateException if native code reads a column's segment at this moment; close again later. Also with
   *     {@code packice.debug.leases=true}, if batches or dictionaries are open; the table is closed then
   */
  @Override
  public void close() {
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    if (debug != null) {
      debug.close();
    }
    scan.close();
    leases.forEach(SharedMapping::release);
    if (manifestLease != null) {
      manifestLease.close();
    }
    List<String> held = leases.stream().flatMap(lease -> lease.whereHeld().stream()).toList();
    if (!held.isEmpty()) {
      throw new IllegalStateException("Cannot close table " + name + " before what is open of it: "
          + (held.size() == 1 ? "1 batch or dictionary" : held.size() + " batches or dictionaries") + ", opened at "
          + String.join(" and at ", held) + "; close " + (held.size() == 1 ? "it" : "them") + " first");
    }
  }

  /** Such as {@code mnist/train (version 1, 60000 rows, 1 batch)}. */
  @Override
  public String toString() {
    return name + " (version " + version() + ", " + Counts.of(rowCount(), "row") + ", "
        + Counts.of(batchCount(), "batch") + (closed.get() ? ", closed)" : ")");
  }
}
