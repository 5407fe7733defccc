package io.packice.transport.http;

import io.packice.core.Blob;
import io.packice.core.Extent;
import io.packice.core.StorageException;
import io.packice.core.StoredObject;
import io.packice.internal.os.PosixFiles;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of a sealed object while requests read them: mapped once, at the first read, and unmapped when the last reader and the owner have
 * let go. Safe from any thread.
 */
final class OpenBytes implements AutoCloseable {
  private final StoredObject object;
  private final Extent extent;
  private final Runnable afterClose;

  private int users = 1; // guarded by this; the owner is one
  private boolean closed; // guarded by this: the owner has let go
  private @Nullable Arena arena; // guarded by this
  private @Nullable MemorySegment whole; // guarded by this
  private @Nullable String identity; // guarded by this

  OpenBytes(StoredObject object, Extent extent, Runnable afterClose) {
    this.object = object;
    this.extent = extent;
    this.afterClose = afterClose;
  }

  StoredObject object() {
    return object;
  }

  /** Keeps the bytes for one user, who calls {@link #release}; false if they are closed already. */
  synchronized boolean retain() {
    if (closed) {
      return false;
    }
    users++;
    return true;
  }

  /** Ends what {@link #retain} began. */
  void release() {
    synchronized (this) {
      if (--users > 0) {
        return;
      }
      if (arena != null) {
        arena.close();
      }
    }
    extent.close();
    afterClose.run();
  }

  /** One blob in place; only between {@link #retain} and {@link #release}. */
  synchronized MemorySegment blob(int index) {
    if (arena == null || whole == null) {
      Arena mapping = Arena.ofShared();
      try {
        whole = extent.map(0, object.extentBytes(), Extent.Access.READ_ONLY, mapping);
      } catch (RuntimeException failure) {
        mapping.close();
        throw failure;
      }
      arena = mapping;
    }
    Blob blob = object.blobs().get(index);
    return whole.asSlice(blob.offset(), blob.byteSize());
  }

  /** CRC32C of one blob as it is now. */
  int checksum(int index) {
    return extent.checksum(object.blobs().get(index));
  }

  /**
   * What tells these bytes from all others that this host has had: the extent's place and the moment of its seal. The same as long as the
   * object is sealed, also after a restart of a peer over files.
   */
  synchronized String identity() {
    if (identity == null) {
      identity = PosixFiles.stamp(extent.fd()).toString();
    }
    return identity;
  }

  /** What the store noted of the blobs when they were sealed, if it does. */
  Optional<List<Integer>> checksums() {
    return extent.checksums();
  }

  /** The file that the bytes are in; null if they are in memory. */
  @Nullable
  Path file() {
    return fileOf(extent);
  }

  static @Nullable Path fileOf(Extent extent) {
    try {
      Path target = Files.readSymbolicLink(Path.of("/proc/self/fd/" + extent.fd()));
      return Files.isRegularFile(target) ? target : null; // a memfd's target is no path
    } catch (IOException e) {
      throw new StorageException("Cannot find the file of an extent: " + e + "; see the mount of /proc", e);
    }
  }

  /** The owner lets go; users that are not done yet keep the bytes. A second close does nothing. */
  @Override
  public void close() {
    synchronized (this) {
      if (closed) {
        return;
      }
      closed = true;
    }
    release();
  }
}
