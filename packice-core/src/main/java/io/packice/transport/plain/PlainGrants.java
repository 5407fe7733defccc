package io.packice.transport.plain;

import io.packice.backends.memory.MemoryBackend;
import io.packice.core.AcquireRequest;
import io.packice.core.Blob;
import io.packice.core.Extent;
import io.packice.core.Grant;
import io.packice.core.Intent;
import io.packice.core.Lease;
import io.packice.core.PeerUnavailableException;
import io.packice.core.StorageException;
import io.packice.core.StoredObject;
import io.packice.internal.os.Descriptor;
import io.packice.transport.plain.PlainServer.Answer;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Makes of an answer to acquire, which says nothing of blobs, what a peer of our own would have granted: the descriptors say how long they are. */
final class PlainGrants {
  private static final int CHUNK_BYTES = 1 << 20;

  private PlainGrants() {
  }

  /** Takes the descriptors over, also if it fails. The request is for one intent. */
  static Grant of(Answer answer, AcquireRequest request) {
    try {
      return request.intent() == Intent.CREATE ? writing(answer, request) : reading(answer, request);
    } catch (Throwable failure) {
      answer.descriptors().forEach(Descriptor::close);
      throw failure;
    }
  }

  private static Grant writing(Answer answer, AcquireRequest request) {
    if (answer.descriptors().size() != 1) {
      throw new PeerUnavailableException("Cannot create " + request.id() + ": the server gave "
          + answer.descriptors().size() + " descriptors to write to instead of one; see whether it is meant for this");
    }
    Descriptor draft = answer.descriptors().getFirst();
    Blob blob = new Blob(0, sized(draft, request.sizes()));
    return new Grant(answer.response().toLease(request, List.of(blob)), draft);
  }

  /**
   * Gives the draft the length that was asked for, and its memory, so that no store into a mapping can fail. What has bytes already is left as it is: a server that
   * names files could name one of this user's.
   */
  private static long sized(Descriptor draft, @Nullable List<Long> sizes) {
    long before = draft.byteSize();
    if (before != 0) {
      throw new StorageException("Cannot write to what the server gave for a new object: it has " + before
          + " bytes already; see whether it gives new objects");
    }
    long wanted = sizes == null ? 0 : sizes.getFirst();
    draft.allocate(wanted);
    return wanted;
  }

  private static Grant reading(Answer answer, AcquireRequest request) {
    List<Descriptor> descriptors = answer.descriptors();
    List<Blob> blobs = Blob.layOut(descriptors.stream().map(Descriptor::byteSize).toList());
    Lease lease = answer.response().toLease(request, blobs);
    return new Grant(lease, switch (descriptors.size()) {
      case 0 -> Descriptor.ofNothing(Objects.requireNonNull(request.id()).value());
      case 1 -> descriptors.getFirst();
      default -> joined(descriptors, lease.object());
    });
  }

  /** An object has one extent here; what comes in several is copied into one. */
  private static Extent joined(List<Descriptor> descriptors, StoredObject object) {
    Extent joined = MemoryBackend.usual().sealed(object, extent -> {
      ByteBuffer chunk = ByteBuffer.allocateDirect(CHUNK_BYTES);
      for (int i = 0; i < descriptors.size(); i++) {
        copy(descriptors.get(i), object.blobs().get(i), extent, chunk);
      }
    });
    descriptors.forEach(Descriptor::close);
    return joined;
  }

  private static void copy(Descriptor from, Blob blob, Extent to, ByteBuffer chunk) {
    for (long at = 0; at < blob.byteSize(); at += chunk.limit()) {
      chunk.clear().limit((int) Math.min(chunk.capacity(), blob.byteSize() - at));
      if (from.read(chunk, at) < chunk.limit()) {
        throw new StorageException("Cannot read blob " + blob + ": somebody has cut it off; acquire the object anew");
      }
      to.write(chunk.flip(), blob.offset() + at);
    }
  }
}
