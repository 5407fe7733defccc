package io.packice.backends.file;

import io.packice.core.Blob;
import io.packice.core.CapacityExceededException;
import io.packice.core.Extent;
import io.packice.core.StorageException;
import io.packice.core.StoredObject;
import io.packice.internal.os.Descriptor;
import io.packice.internal.os.FileStamp;
import io.packice.internal.os.PosixFiles;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The file of an object that is being made, and what is done to it before a store renames it into place. It holds no descriptor. For one
 * thread at a time.
 */
public final class DraftFile {
  private static final int READABLE = 0400;
  private static final int WRITABLE = 0600;

  private final Path path;
  private final Supplier<Path> places;
  /** What was frozen, if somebody may still write to the file. */
  private @Nullable Path copy;
  /** Of what was frozen, before its checksums were computed; null if nothing is frozen. */
  private @Nullable FileStamp frozen;

  private DraftFile(Path path, Supplier<Path> places) {
    this.path = path;
    this.places = places;
  }

  /**
   * Makes a file with disk behind all of it.
   *
   * @param path where; nothing may be there
   * @param byteSize its length
   * @return the file
   * @throws CapacityExceededException if the disk is full; there is no file then
   * @throws StorageException if the host refuses for another reason; there is no file then
   */
  public static DraftFile create(Path path, long byteSize) {
    return create(path, () -> path.resolveSibling(path.getFileName() + ".copy"), byteSize);
  }

  /**
   * The same, where a copy is to have a place of its own.
   *
   * @param path where; nothing may be there
   * @param placesOfCopies says where a copy goes, each time that one is made
   * @param byteSize its length
   * @return the file
   */
  static DraftFile create(Path path, Supplier<Path> placesOfCopies, long byteSize) {
    try (Descriptor file = Descriptor.create(path)) {
      file.allocate(byteSize);
      return new DraftFile(path, placesOfCopies);
    } catch (RuntimeException failure) {
      PosixFiles.remove(path);
      throw failure;
    }
  }

  /**
   * Opens it for its creator.
   *
   * @return a writable extent; the caller closes it
   */
  public Extent openWriter() {
    return Descriptor.open(path, Extent.Access.READ_WRITE);
  }

  /**
   * The length now: of what was frozen, if that is a copy, whatever has become of the original.
   *
   * @return bytes
   */
  public long byteSize() {
    try (Descriptor data = Descriptor.open(frozenPath(), Extent.Access.READ_ONLY)) {
      return data.byteSize();
    }
  }

  /** Removes it, frozen or not. */
  public void remove() {
    PosixFiles.remove(path);
  }

  /**
   * Makes its bytes immutable, as far as files can be, and writes them to disk: there is disk behind holes, nobody has the right to write,
   * and if somebody still has it open for writing, a copy is made for {@link #moveTo}. {@link #finish} or {@link #thaw} follows, at whatever time.
   *
   * @param object what it is
   * @return the checksums of the object's blobs
   * @throws CapacityExceededException if the disk is full; the file is as it was
   * @throws StorageException if its length is not what the object says, or the disk refuses; the file is as it was
   */
  public List<Integer> freeze(StoredObject object) {
    fillHoles(object);
    try (Descriptor data = Descriptor.open(path, Extent.Access.READ_ONLY)) {
      data.requireOneName(path);
      data.setMode(READABLE);
      try {
        frozen = PosixFiles.stamp(path.toString()); // first: who changes it from here on is found out
        return data.isOpenForWriting() ? freezeCopy(object, data) : freeze(object, data);
      } catch (Throwable failure) {
        frozen = null;
        data.setMode(WRITABLE);
        throw failure;
      }
    }
  }

  /**
   * Whether it is frozen, and nobody has changed it since: the kernel does not seal files.
   *
   * @return false if it must be frozen anew
   */
  public boolean isAsFrozen() {
    return frozen != null && (copy != null || frozen.equals(PosixFiles.stamp(path.toString())));
  }

  /**
   * Gives the frozen bytes their place.
   *
   * @param target where; on the same file system
   */
  public void moveTo(Path target) {
    PosixFiles.rename(frozenPath(), target);
  }

  /**
   * Takes back {@link #moveTo}.
   *
   * @param target where the bytes are
   */
  public void moveBack(Path target) {
    PosixFiles.rename(target, frozenPath());
  }

  /** After {@link #moveTo}: nothing of the draft is left. */
  public void finish() {
    if (copy != null) {
      PosixFiles.remove(path);
    }
  }

  /** Takes back {@link #freeze}: the creator may write again. */
  public void thaw() {
    frozen = null;
    if (copy != null) {
      PosixFiles.remove(copy);
      copy = null;
    }
    try (Descriptor data = Descriptor.open(path, Extent.Access.READ_ONLY)) {
      data.setMode(WRITABLE);
    }
  }

  /** Whether what was frozen is a copy. */
  boolean isCopied() {
    return copy != null;
  }

  /** Where the bytes are that were frozen. */
  Path frozenPath() {
    return copy == null ? path : copy;
  }

  /**
   * Disk for what the creator left out, so that a reader of a file in memory (tmpfs) cannot run out of it; and none for what somebody has made it longer
   * by than there is room for.
   */
  private void fillHoles(StoredObject object) {
    try (Descriptor data = Descriptor.open(path, Extent.Access.READ_WRITE)) {
      data.requireOneName(path);
      requireLength(object, data);
      if (data.allocatedBytes() < object.extentBytes()) {
        data.allocate(object.extentBytes());
      }
    }
  }

  private static void requireLength(StoredObject object, Descriptor data) {
    long actual = data.byteSize();
    if (actual != object.extentBytes()) {
      throw new StorageException("Cannot seal " + object.id() + ": it has " + actual + " bytes instead of "
          + object.extentBytes() + " in its extent; nobody may resize it while it is sealed: create it anew");
    }
  }

  /** Somebody can write to the draft, and nobody can to its copy. */
  private List<Integer> freezeCopy(StoredObject object, Descriptor data) {
    Path place = places.get();
    try (Descriptor made = Descriptor.create(place)) {
      made.copyFrom(data, object.extentBytes());
      made.setMode(READABLE);
      Log.copiedAtSeal(object.id().value(), object.extentBytes());
      try (Descriptor readOnly = made.reopen(Extent.Access.READ_ONLY)) {
        List<Integer> checksums = freeze(object, readOnly);
        copy = place;
        return checksums;
      }
    } catch (Throwable failure) {
      PosixFiles.remove(place);
      throw failure;
    }
  }

  private static List<Integer> freeze(StoredObject object, Descriptor data) {
    requireLength(object, data);
    List<Integer> checksums = new ArrayList<>();
    try {
      for (Blob blob : object.blobs()) {
        checksums.add(Checksum.of(data, blob));
      }
    } catch (DamagedException resized) {
      throw new StorageException("Cannot seal " + object.id() + ": " + resized.getMessage()
          + "; nobody may resize it while it is sealed: create it anew", resized);
    }
    data.sync();
    return checksums;
  }

  /**
   * Writes a file of its own to disk, which nobody may write to from then on.
   *
   * @param bytes what stands in it
   * @param path where; nothing may be there
   */
  public static void write(byte[] bytes, Path path) {
    try (Descriptor file = Descriptor.create(path)) {
      file.allocate(bytes.length);
      file.write(ByteBuffer.wrap(bytes), 0);
      file.setMode(READABLE);
      file.sync();
    }
  }
}
