package io.packice.backends.file;

import io.packice.core.ObjectId;
import io.packice.core.StoredObject;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** What is sealed: in memory what the log says on the disk. Safe from any thread. */
final class Seals implements AutoCloseable {
  private final SealLog log;
  private final LongSupplier nextExtent;
  private final Set<FileSealed> replaced = new HashSet<>();
  // What follows is guarded by the log's lock of who writes.
  /** The oldest first: more than one of an id whose replaced version is still read. */
  private final Map<ObjectId, List<FileSealed>> live;
  private long nextSeal;

  /**
   * Begins with what a start has found.
   *
   * @param contents what was read of the log
   * @param whole what of it is whole
   * @param nextExtent tells which extent comes next
   */
  Seals(DataFolder folder, LogContents contents, List<FileSealed> whole, LongSupplier nextExtent) {
    this.nextExtent = nextExtent;
    live = HashMap.newHashMap(whole.size());
    for (FileSealed each : whole) {
      List<FileSealed> older = live.put(each.object().id(), List.of(each));
      if (older != null) {
        replaced.addAll(older);
        live.put(each.object().id(), with(older, each));
      }
    }
    nextSeal = contents.nextSeal;
    log = SealLog.open(folder, contents, this::snapshot);
  }

  private SealLog.Snapshot snapshot() {
    List<SealRecord> all = new ArrayList<>(live.size());
    live.values().forEach(versions -> versions.forEach(each -> all.add(each.record())));
    return new SealLog.Snapshot(all, nextSeal, nextExtent.getAsLong());
  }

  /**
   * Begins to seal an object whose bytes are on the disk in an extent. {@link Sealing#complete} or {@link Sealing#withdraw} follows.
   *
   * @param made makes what it is sealed as
   * @throws io.packice.core.StorageException if the disk refuses; it is not sealed then
   */
  Sealing begin(long extent, StoredObject object, Instant now, List<Integer> checksums,
      Function<SealRecord, FileSealed> made) {
    Sealing sealing = new Sealing(extent, object, now, checksums, made);
    sealing.addition = Objects.requireNonNull(log.add(sealing));
    return sealing;
  }

  /** Says that an object is gone, and what it replaced, so that none of them comes back. */
  void retire(FileSealed sealed) {
    log.append(new Removal(sealed, true));
  }

  /** Says that this version of an object is gone. */
  void remove(FileSealed sealed) {
    log.append(new Removal(sealed, false));
  }

  /** What others have replaced when this began: a kill came before the log said that it is gone. */
  Set<FileSealed> replaced() {
    return replaced;
  }

  private void put(FileSealed sealed) {
    live.merge(sealed.object().id(), List.of(sealed), (older, _) -> with(older, sealed));
  }

  private static List<FileSealed> with(List<FileSealed> older, FileSealed newest) {
    List<FileSealed> all = new ArrayList<>(older);
    all.add(newest);
    return List.copyOf(all);
  }

  private void takeOut(FileSealed sealed) {
    live.computeIfPresent(sealed.object().id(), (_, all) -> without(all, sealed));
  }

  /** Null takes an entry out of a map. */
  private static @Nullable List<FileSealed> without(List<FileSealed> all, FileSealed one) {
    List<FileSealed> rest = all.stream().filter(each -> each != one).toList();
    return rest.isEmpty() ? null : rest;
  }

  /** Whether so much of the log says nothing any more that it should be written anew. */
  boolean isWorthTidying() {
    return log.isWorthRewriting();
  }

  /** Writes the log anew, without what is gone. */
  void tidy() {
    log.rewrite();
  }

  /** A seal that is in the log, but perhaps not on the disk yet. */
  final class Sealing implements SealLog.Change {
    private final long extent;
    private final StoredObject object;
    private final Instant now;
    private final List<Integer> checksums;
    private final Function<SealRecord, FileSealed> made;
    private @Nullable FileSealed sealed;
    private SealLog.@Nullable Addition addition;

    Sealing(long extent, StoredObject object, Instant now, List<Integer> checksums,
        Function<SealRecord, FileSealed> made) {
      this.extent = extent;
      this.object = object;
      this.now = now;
      this.checksums = checksums;
      this.made = made;
    }

    /**
     * Waits until it is on the disk.
     *
     * @throws io.packice.core.StorageException if the disk refuses; it is not sealed then
     */
    FileSealed complete() {
      log.settle(Objects.requireNonNull(addition));
      return Objects.requireNonNull(sealed);
    }

    /**
     * In place of {@link #complete}: says that what was sealed is gone.
     *
     * @throws io.packice.core.StorageException if the disk refuses; a next start may find it
     */
    void withdraw() {
      remove(Objects.requireNonNull(sealed));
    }

    @Override
    public byte[] record() {
      SealRecord record = new SealRecord(nextSeal++, extent, object, now, checksums);
      sealed = made.apply(record);
      return record.toBytes();
    }

    @Override
    public long written() {
      put(Objects.requireNonNull(sealed));
      return 0;
    }

    @Override
    public void undo() {
      takeOut(Objects.requireNonNull(sealed));
    }
  }

  private final class Removal implements SealLog.Change {
    private final FileSealed sealed;
    private final boolean withOlder;
    private List<FileSealed> removed = List.of();
    private int recordBytes;

    Removal(FileSealed sealed, boolean withOlder) {
      this.sealed = sealed;
      this.withOlder = withOlder;
    }

    @Override
    public byte @Nullable [] record() {
      List<FileSealed> all = live.getOrDefault(sealed.object().id(), List.of());
      removed = all.stream().filter(each -> each == sealed || (withOlder && each.seal() < sealed.seal())).toList();
      if (removed.isEmpty()) {
        return null; // it has been done, and is on the disk
      }
      byte[] record = LogFormat.gone(removed.stream().map(FileSealed::seal).toList());
      recordBytes = record.length;
      return record;
    }

    @Override
    public long written() {
      removed.forEach(Seals.this::takeOut);
      return recordBytes + removed.stream().mapToLong(each -> each.record().toBytes().length).sum();
    }

    @Override
    public void undo() {
      List<FileSealed> back = new ArrayList<>(removed);
      back.addAll(live.getOrDefault(sealed.object().id(), List.of()));
      back.sort(Comparator.comparingLong(FileSealed::seal));
      live.put(sealed.object().id(), List.copyOf(back));
    }
  }

  @Override
  public void close() {
    log.close();
  }
}
