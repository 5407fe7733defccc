package io.packice.backends.file;

import io.packice.core.CapacityExceededException;
import io.packice.core.Extent;
import io.packice.core.PackiceException;
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
 * refused and cut off, and before anybody is told, or anything else is taken, the whole log is written anew, to another file, out of memory.
 *
 * <p><b>When most of it says nothing any more</b>, it is {@linkplain #rewrite written anew}. Who wants to add to it waits for that, readers do not.
 *
 * <p>Safe from any thread.
 */
final class SealLog implements AutoCloseable {
  /** Set aside for what is gone: more than a thousand records. */
  private static final int RESERVE_BYTES = 1 << 16;
  /** It is set aside in steps of so many bytes. */
  private static final int RESERVE_STEP = 1 << 14;
  /** The most that it sets aside beside what it needs. */
  static final int MOST_RESERVED_BYTES = RESERVE_BYTES + RESERVE_STEP;

  /** What of it says nothing any more is not worth a rewrite as long as it is less than this. */
  private static final long TOLERATED_BYTES = 1 << 20;

  private static final int BATCH_BYTES = 1 << 20;

  private final DataFolder folder;
  private final Supplier<Snapshot> snapshot;
  /** Held by who waits for the disk. Taken before the next. */
  private final ReentrantLock syncing = new ReentrantLock();
  /** Held by who writes, and changes what follows; not while the disk is waited for, but for a rewrite. */
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
  static final class Addition {
    private final Change change;
    private final long dead;
    private boolean isDone; // under the lock of who writes
    private @Nullable RuntimeException failure;

    Addition(Change change, long dead) {
      this.change = change;
      this.dead = dead;
    }
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
    Addition addition = add(change);
    if (addition == null) {
      sync(null); // what others have done already may not be on the disk yet, and may be taken back
      addition = add(change);
    }
    if (addition != null) {
      settle(addition);
    }
  }

  /**
   * Adds a record; {@link #settle} follows, so that several may wait for one sync.
   *
   * @return null if there was nothing to add
   * @throws CapacityExceededException if the disk is full; nothing has changed
   * @throws StorageException if the disk refuses; nothing has changed
   */
  @Nullable
  Addition add(Change change) {
    while (true) {
      writing.lock();
      try {
        if (!isSuspect) {
          byte[] record = change.record();
          return record == null ? null : write(change, record);
        }
      } finally {
        writing.unlock();
      }
      renew(false);
    }
  }

  /**
   * Waits until what was added is on the disk. What was refused must not come back: the log is written anew without it, before anybody is told.
   *
   * @throws CapacityExceededException if the disk turns out to be full; nothing has changed
   * @throws StorageException if the disk refuses; nothing has changed
   */
  void settle(Addition addition) {
    sync(addition);
    RuntimeException failure = addition.failure;
    if (failure == null) {
      return;
    }
    String message = "Cannot write to " + folder.log() + ": " + failure.getMessage();
    try {
      renew(false);
    } catch (PackiceException refused) {
      message += "; nor can what was written be taken back: it may count after a crash of this host";
    }
    throw failure instanceof CapacityExceededException ? new CapacityExceededException(message, failure)
        : new StorageException(message, failure);
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
          return;
        }
        batch = takeUnsynced();
        upTo = end;
        current = file;
      } finally {
        writing.unlock();
      }
      sync(current, batch, upTo);
    } finally {
      syncing.unlock();
    }
  }

  private List<Addition> takeUnsynced() {
    List<Addition> all = unsynced;
    unsynced = new ArrayList<>();
    return all;
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
        batch.addAll(takeUnsynced());
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
    end = syncedEnd;
    cutOff(end);
    try {
      file.sync();
    } catch (RuntimeException again) {
      failure.addSuppressed(again);
    }
  }

  // ---- writing it anew

  /** Whether most of it says nothing any more. */
  boolean isWorthRewriting() {
    writing.lock();
    try {
      return !isSuspect && deadBytes > end - deadBytes + toleratedBytes;
    } finally {
      writing.unlock();
    }
  }

  /**
   * Writes it anew, without what is gone. What a start finds, if the process ends behind each step:
   *
   * <pre>
   *   1 what is sealed, to another file   seals.log, seals.log.new     the log; the other file is removed
   *   2 that file to disk                 the same                     the same
   *   3 renamed                           the new seals.log            the same objects
   *   4 the folder to disk                the same                     also after a power cut
   * </pre>
   *
   * @throws StorageException if the disk refuses; the log is as it was, or will be written anew before it is added to
   */
  void rewrite() {
    renew(true);
  }

  /** Writes it anew out of memory: in any case, or only if what is on the disk cannot be trusted. */
  private void renew(boolean inAnyCase) {
    syncing.lock();
    writing.lock();
    try {
      if (!inAnyCase && !isSuspect) {
        return; // somebody was faster
      }
      toleratedBytes = Math.max(TOLERATED_BYTES, 2 * deadBytes);
      if (!unsynced.isEmpty()) { // these are not what it is suspected for, and nobody is to wait for a file that is replaced
        sync(file, takeUnsynced(), end);
      }
      Descriptor next = write(folder.nextLog(), snapshot.get());
      try {
        next.sync();
        replace(next);
      } finally {
        if (next != file) {
          next.close();
          PosixFiles.remove(folder.nextLog());
        }
      }
    } finally {
      writing.unlock();
      syncing.unlock();
    }
  }

  /** Under both locks. */
  private void replace(Descriptor next) {
    PosixFiles.rename(folder.nextLog(), folder.log());
    Descriptor old = file;
    file = next;
    end = next.byteSize();
    syncedEnd = end;
    reservedEnd = 0;
    deadBytes = 0;
    isSuspect = true; // as long as a power cut may bring the old one back
    old.close();
    PosixFiles.syncFolder(folder.root());
    isSuspect = false;
    toleratedBytes = TOLERATED_BYTES;
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
