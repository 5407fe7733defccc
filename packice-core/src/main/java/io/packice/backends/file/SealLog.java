package io.packice.backends.file;

import io.packice.core.CapacityExceededException;
import io.packice.core.Extent;
import io.packice.core.StorageException;
import io.packice.internal.os.Descriptor;
import io.packice.internal.os.PosixFiles;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The log of seals while records are added to it. Each is written behind the last and is on the disk when {@link #append} returns; those of several
 * threads reach it together.
 *
 * <p><b>When the disk refuses.</b> Room is set aside before anything is written, so a full disk changes nothing; what was set aside beyond that is for
 * records that say that something is gone, which must be possible on a full disk. What was written in part is cut off again. After a sync that failed
 * nobody knows what of the file is on the disk, also of what was there before, and a later sync that succeeds does not tell: what was not on the disk yet is
 * refused and cut off, and before anything else is taken the whole log is written anew, to another file, out of memory.
 *
 * <p><b>When most of it says nothing any more</b>, it is {@linkplain #rewrite written anew}: beside it, while records are added, and then in its place, with
 * those behind.
 *
 * <p>Safe from any thread.
 */
final class SealLog implements AutoCloseable {
  /** Set aside for what is gone: more than a thousand records. */
  static final int RESERVE_BYTES = 1 << 16;
  /** It is set aside in steps of so many bytes. */
  private static final int RESERVE_STEP = 1 << 14;

  /** What of it says nothing any more is not worth a rewrite as long as it is less than this. */
  private static final long TOLERATED_BYTES = 1 << 20;

  private static final int BATCH_BYTES = 1 << 20;

  private final DataFolder folder;
  private final Supplier<Snapshot> snapshot;
  /** Held by who writes the log anew. Taken before the others. */
  private final ReentrantLock rewriting = new ReentrantLock();
  /** Held by who waits for the disk. Taken before the next. */
  private final ReentrantLock syncing = new ReentrantLock();
  /** Held by who writes, and changes what follows; not while the disk is waited for, but for a rewrite's last step. */
  private final ReentrantLock writing = new ReentrantLock();
  private Descriptor file;
  private long end;
  private long syncedEnd;
  /** Up to where there is disk. */
  private long reservedEnd;
  private long deadBytes;
  /** More after a rewrite that the disk refused, so that it is not tried again at once. */
  private long toleratedBytes = TOLERATED_BYTES;
  private List<Addition> unsynced = new ArrayList<>();
  /** A sync has failed, or what was written in part could not be cut off. */
  private boolean isSuspect;
  /** What was written since a rewrite began; null if none is under way. */
  private @Nullable Tail since;

  /** What a log has to say of what is sealed now: the records in any order, and the numbers for its header. */
  record Snapshot(List<SealRecord> live, long nextSeal, long nextExtent) {
  }

  /** Something that is added. All is called under the lock of who writes. */
  interface Change {
    /** The record; null if there is nothing to add. */
    byte @Nullable [] record();

    /** It is written. How many bytes of the log say nothing any more because of it. */
    long written();

    /** It could not be kept after all: takes back {@link #written}. */
    void undo();
  }

  /** A change that is written. */
  private static final class Addition {
    private final Change change;
    private final long dead;
    private boolean isDone; // under the lock of who writes
    private @Nullable RuntimeException failure;

    Addition(Change change, long dead) {
      this.change = change;
      this.dead = dead;
    }
  }

  /** What is written while the log is written anew. */
  private static final class Tail {
    private final List<byte[]> records = new ArrayList<>();
  }

  private SealLog(DataFolder folder, Supplier<Snapshot> snapshot, Descriptor file, long end, long deadBytes) {
    this.folder = folder;
    this.snapshot = snapshot;
    this.file = file;
    this.end = end;
    this.deadBytes = deadBytes;
    syncedEnd = end;
  }

  /** Makes the log of a folder that has none; on disk when this returns. */
  static void create(DataFolder folder, Snapshot first) {
    try (Descriptor made = write(folder.nextLog(), first)) {
      made.sync();
    }
    PosixFiles.rename(folder.nextLog(), folder.log());
    PosixFiles.syncFolder(folder.root());
  }

  /**
   * Opens a log to add to it.
   *
   * @param contents what was read of it
   * @param snapshot tells what is sealed, under the lock of who writes
   */
  static SealLog open(DataFolder folder, LogContents contents, Supplier<Snapshot> snapshot) {
    PosixFiles.remove(folder.nextLog());
    Descriptor file = Descriptor.open(folder.log(), Extent.Access.READ_WRITE);
    try {
      if (file.byteSize() > contents.end) { // what was never finished; or damage, of which there is a copy
        file.truncate(contents.end);
      }
      SealLog log = new SealLog(folder, snapshot, file, contents.end, contents.deadBytes());
      log.reservedEnd = Math.max(log.end, file.allocatedBytes());
      return log;
    } catch (RuntimeException failure) {
      file.close();
      throw failure;
    }
  }

  // ---- adding

  /**
   * Adds a record, and waits until it is on the disk.
   *
   * @throws CapacityExceededException if the disk is full; nothing has changed
   * @throws StorageException if the disk refuses; nothing has changed
   */
  void append(Change change) {
    boolean isSettled = false;
    while (true) {
      Addition addition = null;
      boolean needsRenewal;
      writing.lock();
      try {
        needsRenewal = isSuspect;
        byte[] record = needsRenewal ? null : change.record();
        if (record != null) {
          addition = write(change, record);
        } else if (!needsRenewal && (isSettled || isSettled())) {
          return;
        }
      } finally {
        writing.unlock();
      }
      if (addition != null) {
        sync(addition);
        return;
      }
      if (needsRenewal) {
        renew();
      } else {
        sync(null); // what others have done already may not be on the disk yet, and may be taken back
        isSettled = true;
      }
    }
  }

  /** Whether all that was written is on the disk. */
  private boolean isSettled() {
    return unsynced.isEmpty() && !syncing.isLocked();
  }

  private Addition write(Change change, byte[] record) {
    long written = end + record.length;
    reserve(written, record);
    try {
      file.write(ByteBuffer.wrap(record), end);
    } catch (RuntimeException failure) {
      cutOff(end);
      throw failure;
    }
    end = written;
    if (since != null) {
      since.records.add(record);
    }
    Addition addition = new Addition(change, change.written());
    deadBytes += addition.dead;
    unsynced.add(addition);
    return addition;
  }

  /** Sees that there is disk; what says that something is gone may use what was set aside for it. */
  private void reserve(long needed, byte[] record) {
    long wanted = needed + RESERVE_BYTES;
    if (wanted <= reservedEnd) {
      return;
    }
    long reserving = (wanted / RESERVE_STEP + 1) * RESERVE_STEP;
    try {
      file.reserve(end, reserving - end);
      reservedEnd = reserving;
    } catch (CapacityExceededException full) {
      if (record[LogFormat.HEAD_BYTES] != LogFormat.GONE) {
        throw full;
      }
    }
  }

  /** Takes back what is behind; what cannot be taken back must not be added to. */
  private void cutOff(long from) {
    reservedEnd = 0;
    try {
      file.truncate(from);
    } catch (RuntimeException failure) {
      isSuspect = true;
      Log.cannotCutOff(folder.log(), failure);
    }
  }

  /** Waits until an addition is on the disk, or, without one, all that is written. */
  private void sync(@Nullable Addition addition) {
    syncing.lock();
    try {
      List<Addition> batch;
      long upTo;
      Descriptor current;
      writing.lock();
      try {
        if (addition == null ? unsynced.isEmpty() : addition.isDone) {
          throwFailure(addition);
          return;
        }
        batch = unsynced;
        unsynced = new ArrayList<>();
        upTo = end;
        current = file;
      } finally {
        writing.unlock();
      }
      sync(current, batch, upTo);
      throwFailure(addition);
    } finally {
      syncing.unlock();
    }
  }

  private void sync(Descriptor current, List<Addition> batch, long upTo) {
    RuntimeException failure = null;
    try {
      current.sync();
    } catch (RuntimeException refused) {
      failure = refused;
    }
    writing.lock();
    try {
      if (failure == null) {
        syncedEnd = upTo;
        batch.forEach(each -> each.isDone = true);
      } else {
        batch.addAll(unsynced);
        unsynced = new ArrayList<>();
        takeBack(batch, failure);
      }
    } finally {
      writing.unlock();
    }
  }

  /** Of what is not on the disk nothing counts. */
  private void takeBack(List<Addition> all, RuntimeException failure) {
    for (Addition each : all.reversed()) {
      each.change.undo();
      deadBytes -= each.dead;
      each.failure = failure;
      each.isDone = true;
    }
    isSuspect = true;
    since = null;
    end = syncedEnd;
    cutOff(end);
    try {
      file.sync();
    } catch (RuntimeException again) {
      failure.addSuppressed(again);
    }
  }

  private void throwFailure(@Nullable Addition addition) {
    RuntimeException failure = addition == null ? null : addition.failure;
    if (failure == null) {
      return;
    }
    String message = "Cannot write to " + folder.log() + ": " + failure.getMessage();
    throw failure instanceof CapacityExceededException ? new CapacityExceededException(message, failure)
        : new StorageException(message, failure);
  }

  // ---- writing it anew

  /** Whether most of it says nothing any more. */
  boolean isWorthRewriting() {
    writing.lock();
    try {
      return since == null && !isSuspect && deadBytes > end - deadBytes + toleratedBytes;
    } finally {
      writing.unlock();
    }
  }

  /**
   * Writes it anew, without what is gone. What a start finds, if the process ends behind each step:
   *
   * <pre>
   *   1 what is sealed, to another file            seals.log, seals.log.new     the log; the other file is removed
   *   2 that file to disk, with what came since    the same                     the same
   *   3 renamed                                    the new seals.log            the same objects
   *   4 the folder to disk                         the same                     also after a power cut
   * </pre>
   *
   * <p>Nothing is added between the end of 2 and the end of 4.
   *
   * @throws StorageException if the disk refuses; the log is as it was, or will be written anew before it is added to
   */
  void rewrite() {
    rewriting.lock();
    try {
      rewriteAlone();
    } finally {
      rewriting.unlock();
    }
  }

  private void rewriteAlone() {
    Tail tail = new Tail();
    Snapshot first;
    long deadBefore;
    writing.lock();
    try {
      if (isSuspect || since != null) {
        return;
      }
      first = snapshot.get();
      since = tail;
      deadBefore = deadBytes;
    } finally {
      writing.unlock();
    }
    Descriptor next = null;
    try {
      next = write(folder.nextLog(), first);
      next.sync(); // most of it, while others add to the log
      putInPlace(next, tail, deadBefore);
    } finally {
      giveUpUnlessInPlace(next, tail);
    }
  }

  private void giveUpUnlessInPlace(@Nullable Descriptor next, @Nullable Tail tail) {
    writing.lock();
    try {
      if (tail != null && since == tail) {
        since = null;
        toleratedBytes = Math.max(TOLERATED_BYTES, 2 * deadBytes);
      }
      if (next != null && next != file) {
        next.close();
        PosixFiles.remove(folder.nextLog());
      }
    } finally {
      writing.unlock();
    }
  }

  /** Unless a sync of the log has failed meanwhile, which is then written anew otherwise. */
  private void putInPlace(Descriptor next, Tail tail, long deadBefore) {
    syncing.lock();
    writing.lock();
    try {
      if (since != tail) {
        return;
      }
      syncAll();
      ByteArrayOutputStream behind = new ByteArrayOutputStream();
      tail.records.forEach(behind::writeBytes);
      next.write(ByteBuffer.wrap(behind.toByteArray()), next.byteSize());
      next.sync();
      replace(next, deadBytes - deadBefore);
    } finally {
      writing.unlock();
      syncing.unlock();
    }
  }

  /** Sees that what is written is on the disk, so that nobody waits for that of a file that is replaced. Under both locks. */
  private void syncAll() {
    List<Addition> all = unsynced;
    unsynced = new ArrayList<>();
    try {
      file.sync();
      syncedEnd = end;
      all.forEach(each -> each.isDone = true);
    } catch (RuntimeException refused) {
      takeBack(all, refused);
      throw refused;
    }
  }

  /** Under both locks. */
  private void replace(Descriptor next, long dead) {
    PosixFiles.rename(folder.nextLog(), folder.log());
    Descriptor old = file;
    file = next;
    end = next.byteSize();
    syncedEnd = end;
    reservedEnd = 0;
    deadBytes = dead;
    toleratedBytes = TOLERATED_BYTES;
    since = null;
    isSuspect = true; // as long as a power cut may bring the old one back
    old.close();
    PosixFiles.syncFolder(folder.root());
    isSuspect = false;
  }

  /** Writes it anew out of memory, because what is on the disk cannot be trusted. */
  private void renew() {
    rewriting.lock();
    syncing.lock();
    writing.lock();
    try {
      if (!isSuspect) {
        return; // somebody was faster
      }
      if (!unsynced.isEmpty()) {
        syncAll(); // these are not what it is suspected for
      }
      Descriptor next = write(folder.nextLog(), snapshot.get());
      try {
        next.sync();
        replace(next, 0);
      } finally {
        giveUpUnlessInPlace(next, null);
      }
    } finally {
      writing.unlock();
      syncing.unlock();
      rewriting.unlock();
    }
  }

  /** A new file with a header and what is sealed; not on the disk yet. */
  private static Descriptor write(Path path, Snapshot what) {
    PosixFiles.remove(path);
    Descriptor file = Descriptor.create(path);
    try {
      long at = 0;
      ByteArrayOutputStream batch = new ByteArrayOutputStream();
      batch.writeBytes(LogFormat.header(what.nextSeal(), what.nextExtent()));
      List<SealRecord> ordered = new ArrayList<>(what.live());
      ordered.sort(Comparator.comparingLong(SealRecord::seal));
      for (SealRecord record : ordered) {
        batch.writeBytes(record.toBytes());
        if (batch.size() >= BATCH_BYTES) {
          file.write(ByteBuffer.wrap(batch.toByteArray()), at);
          at += batch.size();
          batch.reset();
        }
      }
      file.write(ByteBuffer.wrap(batch.toByteArray()), at);
      return file;
    } catch (RuntimeException failure) {
      file.close();
      PosixFiles.remove(path);
      throw failure;
    }
  }

  /** Lets the file go; nobody adds to it at that time, or later. */
  @Override
  public void close() {
    file.close();
  }
}
