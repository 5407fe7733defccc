package io.packice.backends.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.packice.contract.LeakCheck;
import io.packice.core.AcquireRequest;
import io.packice.core.Blob;
import io.packice.core.BlobStore;
import io.packice.core.Caller;
import io.packice.core.CapacityExceededException;
import io.packice.core.Extent;
import io.packice.core.Grant;
import io.packice.core.Metadata;
import io.packice.core.ObjectId;
import io.packice.core.PackiceException;
import io.packice.core.Session;
import io.packice.core.StorageException;
import io.packice.core.StoredObject;
import io.packice.internal.os.Descriptor;
import io.packice.peers.MemoryPeer;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Drafts without sizes: what they take counts, and nobody can make a peer take more for them than what it has counted. */
final class GrowingDraftTest {
  private static final int MIB = 1 << 20;
  private static final long COUNTED = 4 * MIB;
  private static final long CLAIMED = 256 * MIB;

  @AfterEach
  void stop() {
    LeakCheck.assertNothingHeld();
  }

  private static StoredObject object(long byteSize) {
    return new StoredObject(new ObjectId("growing"), List.of(new Blob(0, byteSize)), Metadata.empty(), null, null);
  }

  /** The kernel makes no difference between the length and what is written: a byte at the end is enough. */
  private static void lengthen(Extent writer) {
    try {
      writer.write(ByteBuffer.wrap(new byte[1]), CLAIMED - 1);
    } catch (StorageException sealed) {
      // too late
    }
  }

  /** Many tries, each with somebody who makes the draft longer at another moment of its seal. */
  @Test
  void whoLengthensADraftDuringItsSealMakesThePeerTakeNothing() throws InterruptedException {
    MemfdBlobStore store = new MemfdBlobStore();
    for (int attempt = 0; attempt < 25; attempt++) {
      BlobStore.Draft draft = store.allocate(new ObjectId("growing"), OptionalLong.empty());
      try (Extent writer = draft.openWriter()) {
        writer.write(ByteBuffer.allocateDirect((int) COUNTED), 0);
        AtomicBoolean begun = new AtomicBoolean();
        long spins = attempt * 3_000L;
        Thread hostile = Thread.ofPlatform().start(() -> {
          while (!begun.get()) {
            Thread.onSpinWait();
          }
          for (long i = 0; i < spins; i++) {
            Thread.onSpinWait();
          }
          lengthen(writer);
        });
        begun.set(true);
        try {
          draft.freeze(object(COUNTED));
        } catch (PackiceException lengthened) {
          assertThat(lengthened).hasMessageContaining("instead of " + COUNTED);
        }
        hostile.join();
        assertThat(((Descriptor) writer).allocatedBytes()).as("attempt %d", attempt)
            .isLessThanOrEqualTo(COUNTED + Blob.ALIGNMENT);
      } finally {
        draft.discard();
      }
    }
  }

  @Test
  void aDraftThatWasLengthenedIsRefusedBeforeAnythingIsTakenForIt() {
    try (Descriptor memfd = Descriptor.memfd("longer")) {
      memfd.write(ByteBuffer.wrap(new byte[1]), CLAIMED - 1);
      assertThat(memfd.seal()).isEqualTo(CLAIMED);
      assertThat(memfd.allocatedBytes()).isLessThanOrEqualTo(Blob.ALIGNMENT);
      assertThatThrownBy(() -> memfd.write(ByteBuffer.wrap(new byte[1]), CLAIMED)).isInstanceOf(StorageException.class);
    }
  }

  private static long used(Session session) {
    return session.stats().capacityBytes() - session.stats().freeBytes();
  }

  private static Grant create(Session session, String id) {
    return session.acquire(AcquireRequest.create(new ObjectId(id), null));
  }

  @Test
  void whatThisProcessWritesCountsAsItComes() {
    try (MemoryPeer peer = MemoryPeer.create(4 * MIB); Session session = peer.openSession(Caller.thisProcess())) {
      Grant first = create(session, "first");
      Grant second = create(session, "second");
      try (Extent one = first.extent(); Extent other = second.extent()) {
        for (int at = 0; at < 3 * MIB; at += MIB / 2) {
          one.write(ByteBuffer.allocate(MIB / 2), at);
          assertThat(session.stats().draftBytes()).isBetween((long) at + MIB / 2, 4L * MIB);
        }
        other.write(ByteBuffer.allocate(MIB / 2), 0);
        assertThatThrownBy(() -> other.write(ByteBuffer.allocate(MIB), MIB / 2))
            .isInstanceOf(CapacityExceededException.class).hasMessageContaining("more than it has");
        assertThat(other.byteSize()).isEqualTo(MIB / 2);
      }
      session.seal(first.lease().id());
      assertThat(session.stats().liveBytes()).isEqualTo(3 * MIB);
      session.release(second.lease().id());
      LeakCheck.eventually(() -> assertThat(used(session)).isEqualTo(3 * MIB));
    }
  }

  @Test
  void aDraftGrowsInPlaceOfWhatNobodyReads() {
    try (MemoryPeer peer = MemoryPeer.create(4 * MIB); Session session = peer.openSession(Caller.thisProcess())) {
      Grant old = create(session, "old");
      try (Extent extent = old.extent()) {
        extent.write(ByteBuffer.allocate(3 * MIB), 0);
      }
      session.seal(old.lease().id());
      session.release(old.lease().id());
      Grant young = create(session, "young");
      try (Extent extent = young.extent()) {
        extent.write(ByteBuffer.allocate(2 * MIB), 0);
      }
      session.seal(young.lease().id());
      assertThat(session.list("", null, 10).objects()).extracting(status -> status.object().id().value())
          .containsExactly("young");
    }
  }

  @Test
  void whoseLeaseHasEndedCanWriteNoMore() {
    try (MemoryPeer peer = MemoryPeer.create(4 * MIB); Session session = peer.openSession(Caller.thisProcess())) {
      Grant gone = create(session, "gone");
      try (Extent extent = gone.extent()) {
        extent.write(ByteBuffer.allocate(MIB), 0);
        session.release(gone.lease().id());
        assertThatThrownBy(() -> extent.write(ByteBuffer.allocate(MIB), MIB)).isInstanceOf(PackiceException.class)
            .hasMessageContaining("its lease has ended");
        LeakCheck.eventually(() -> assertThat(used(session)).isZero());
      }
    }
  }

  /** Of which there may be more than a process may have descriptors. */
  @Test
  void anObjectWithoutBlobsHoldsNoDescriptor() {
    try (MemoryPeer peer = MemoryPeer.create(MIB); Session session = peer.openSession(Caller.thisProcess())) {
      for (int i = 0; i < 10; i++) {
        Grant grant = session.acquire(AcquireRequest.create(new ObjectId("nothing" + i), List.of()));
        grant.extent().close();
        session.seal(grant.lease().id());
      }
      assertThat(LeakCheck.held()).isEmpty();
      try (Extent extent = session.acquire(AcquireRequest.read(new ObjectId("nothing3"))).extent()) {
        assertThat(extent.byteSize()).isZero();
        assertThatThrownBy(() -> extent.write(ByteBuffer.allocate(1), 0)).isInstanceOf(StorageException.class);
      }
    }
  }
}
