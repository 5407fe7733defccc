package io.packice.transport.http;

import io.packice.backends.memory.MemoryBackend;
import io.packice.core.Blob;
import io.packice.core.BlobStore;
import io.packice.core.Extent;
import io.packice.core.Lease;
import io.packice.core.StoredObject;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/**
 * A draft whose bytes are in shared memory of this host until they are sent to the peer. Whoever still maps it writable when it is sent changes
 * nothing afterwards: the peer seals its copy.
 */
final class LocalDraft implements AutoCloseable {
  private static final long PART_BYTES = 64 << 20;

  private final Lease lease;
  private final boolean sized;
  private final BlobStore.Draft bytes;
  private final Map<Sent, Integer> sent = new HashMap<>(); // guarded by this
  private boolean complete; // guarded by this: the peer has all of it
  private boolean closed;

  /** A part that the peer has, with a checksum. */
  private record Sent(int blob, long first, long length) {
  }

  LocalDraft(Lease lease, boolean sized) {
    this.lease = lease;
    this.sized = sized;
    StoredObject object = lease.object();
    this.bytes = MemoryBackend.usual().newStore().allocate(object.id(),
        sized ? OptionalLong.of(object.extentBytes()) : OptionalLong.empty());
  }

  Lease lease() {
    return lease;
  }

  Extent openWriter() {
    return bytes.openWriter();
  }

  /** Sends all of it to the peer, unless that has it. */
  synchronized void send(BulkPool pool) {
    if (complete) {
      return;
    }
    List<Blob> blobs = sized ? lease.object().blobs() : List.of(new Blob(0, bytes.byteSize()));
    try (Extent extent = bytes.openWriter(); Arena arena = Arena.ofShared()) {
      for (int i = 0; i < blobs.size(); i++) {
        Blob blob = blobs.get(i);
        MemorySegment mapped = extent.map(blob.offset(), blob.byteSize(), Extent.Access.READ_ONLY, arena);
        for (long first = 0; first < blob.byteSize(); first += PART_BYTES) {
          send(pool, i, mapped, first, Math.min(PART_BYTES, blob.byteSize() - first));
        }
      }
    }
  }

  /** What was sent is final: it is frozen, and not looked at again. */
  synchronized void complete() {
    complete = true;
  }

  private void send(BulkPool pool, int blob, MemorySegment mapped, long first, long length) {
    MemorySegment part = mapped.asSlice(first, length);
    int crc = Digests.of(part);
    Sent now = new Sent(blob, first, length);
    if (sent.getOrDefault(now, ~crc) == crc) {
      return; // an earlier seal was refused, and the peer may have frozen what it has
    }
    String path = "/leases/" + UrlPath.encode(lease.id().value()) + "/blobs/" + blob;
    pool.run("send " + lease.object().id(), connection -> {
      String fields = "Content-Range: bytes " + first + "-" + (first + length - 1) + "/*\r\n" + Digests.CONTENT + ": "
          + Digests.field(crc) + "\r\n";
      connection.put(path, fields, part.asByteBuffer());
      return part;
    });
    sent.put(now, crc);
  }

  @Override
  public synchronized void close() {
    if (!closed) {
      closed = true;
      bytes.discard();
    }
  }
}
