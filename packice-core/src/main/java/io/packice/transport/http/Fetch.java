package io.packice.transport.http;

import io.packice.backends.memory.MemoryBackend;
import io.packice.core.Blob;
import io.packice.core.Extent;
import io.packice.core.Lease;
import io.packice.core.PackiceException;
import io.packice.core.PeerUnavailableException;
import io.packice.core.StoredObject;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Brings the bytes of a leased object into shared memory of this host: in parts over several connections, each part checked as it passes, and every
 * blob compared with the peer's checksum. What comes out is whole, and sealed like any object in memory.
 */
final class Fetch {
  private static final long SMALLEST_PART_BYTES = 4 << 20;

  private final BulkPool pool;
  private final HttpClientOptions options;
  private final ExecutorService executor;
  private final Lease lease;
  private final StoredObject object;
  private final Queue<Part> waiting = new ConcurrentLinkedQueue<>();

  /** A run of bytes of one blob, and its checksum once it is here. */
  private static final class Part {
    final int blob;
    final long first;
    final long byteSize;
    int crc;
    @Nullable Integer blobCrc; // what the peer says of the whole blob, where this part is all of it

    Part(int blob, long first, long byteSize) {
      this.blob = blob;
      this.first = first;
      this.byteSize = byteSize;
    }
  }

  Fetch(BulkPool pool, HttpClientOptions options, ExecutorService executor, Lease lease) {
    this.pool = pool;
    this.options = options;
    this.executor = executor;
    this.lease = lease;
    this.object = lease.object();
  }

  /**
   * Does it.
   *
   * @return the bytes; the caller closes the extent
   * @throws PeerUnavailableException if a connection breaks again and again, or bytes do not have their checksum
   * @throws PackiceException what the peer refuses, or this host
   */
  Extent run() {
    StoredObject local = object.withBlobs(Blob.layOut(object.blobs().stream().map(Blob::byteSize).toList()));
    if (!local.blobs().equals(object.blobs())) {
      throw new PeerUnavailableException("Cannot fetch " + object.id() + ": the peer places its blobs at "
          + object.blobs() + "; its version of Packice does not fit this one");
    }
    return MemoryBackend.usual().sealed(local, target -> {
      for (int i = 0; i < object.blobs().size(); i++) {
        fetchBlob(i, target);
      }
    });
  }

  private void fetchBlob(int blob, Extent target) {
    for (int attempt = 1;; attempt++) {
      List<Part> parts = split(blob);
      fetchAll(parts, target);
      int actual = 0;
      for (Part part : parts) {
        actual = Crc32cCombine.combine(actual, part.crc, part.byteSize);
      }
      int expected = expectedCrc(blob, parts);
      if (actual == expected) {
        return;
      }
      if (attempt == options.attempts()) {
        throw new PeerUnavailableException("Cannot fetch blob " + blob + " of " + object.id() + ": its checksum is "
            + Digests.field(actual) + " instead of " + Digests.field(expected) + " (" + attempt
            + " attempts); something on the way changes bytes, or the peer's copy is damaged (packice verify there)");
      }
    }
  }

  private int expectedCrc(int blob, List<Part> parts) {
    Integer known = parts.isEmpty() ? Integer.valueOf(0) : parts.getFirst().blobCrc;
    if (known != null) {
      return known;
    }
    return pool.run("verify " + object.id(), connection -> crcIn(connection.head(path(blob),
        Digests.WANTED + ": crc32c=10\r\n")));
  }

  private static int crcIn(BulkConnection.Head head) throws IOException {
    Integer crc;
    try {
      crc = Digests.parse(head.field(Digests.REPRESENTATION));
    } catch (IllegalArgumentException e) {
      throw new IOException("what it says of a blob's checksum makes no sense: " + e.getMessage(), e);
    }
    if (crc == null) {
      throw new IOException("it does not say the checksum of a blob");
    }
    return crc;
  }

  private List<Part> split(int blob) {
    long byteSize = object.blobs().get(blob).byteSize();
    long partBytes =
        Math.max(SMALLEST_PART_BYTES, Blob.alignUp((byteSize + options.streams() - 1) / options.streams()));
    List<Part> parts = new ArrayList<>();
    for (long first = 0; first < byteSize; first += partBytes) {
      parts.add(new Part(blob, first, Math.min(partBytes, byteSize - first)));
    }
    return parts;
  }

  /** Fetches parts side by side, in this thread and in as many others as there are streams. */
  private void fetchAll(List<Part> parts, Extent target) {
    waiting.addAll(parts);
    List<Future<?>> others = new ArrayList<>();
    try {
      for (int i = 1; i < Math.min(parts.size(), options.streams()); i++) {
        others.add(executor.submit(() -> fetchWaiting(target, parts.size() == 1)));
      }
      fetchWaiting(target, parts.size() == 1);
    } finally {
      join(others);
    }
    for (Future<?> other : others) {
      rethrow(other);
    }
  }

  private void fetchWaiting(Extent target, boolean isWholeBlob) {
    try {
      for (Part part = waiting.poll(); part != null; part = waiting.poll()) {
        fetch(part, target, isWholeBlob);
      }
    } catch (Throwable failure) {
      waiting.clear(); // the others need not begin what is of no use
      throw failure;
    }
  }

  private static void join(List<Future<?>> others) {
    for (Future<?> other : others) {
      boolean interrupted = false;
      while (!other.isDone()) { // they write to memory that is freed afterwards
        try {
          other.get();
        } catch (InterruptedException e) {
          interrupted = true;
        } catch (ExecutionException failed) {
          break; // thrown when all have ended
        }
      }
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private static void rethrow(Future<?> other) {
    if (other.state() == Future.State.FAILED) {
      if (other.exceptionNow() instanceof RuntimeException failure) {
        throw failure;
      }
      throw new IllegalStateException(other.exceptionNow());
    }
  }

  private String path(int blob) {
    return "/leases/" + UrlPath.encode(lease.id().value()) + "/blobs/" + blob;
  }

  private void fetch(Part part, Extent target, boolean isWholeBlob) {
    String range = "bytes=" + part.first + "-" + (part.first + part.byteSize - 1);
    long base = object.blobs().get(part.blob).offset() + part.first;
    pool.run("fetch " + object.id(), connection -> {
      CRC32C crc = new CRC32C();
      long[] at = {base};
      BulkConnection.Head head = connection.get(path(part.blob), range, part.byteSize,
          isWholeBlob ? Digests.WANTED + ": crc32c=10\r\n" : "", bytes -> {
            int count = bytes.remaining();
            crc.update(bytes.duplicate());
            target.write(bytes, at[0]);
            at[0] += count;
          });
      part.crc = (int) crc.getValue();
      part.blobCrc = isWholeBlob ? Integer.valueOf(crcIn(head)) : null;
      return part;
    });
  }
}
