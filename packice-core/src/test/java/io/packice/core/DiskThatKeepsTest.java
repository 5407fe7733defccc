package io.packice.core;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.packice.LeasedObject;
import io.packice.ObjectWriter;
import io.packice.Packice;
import io.packice.PackiceClient;
import io.packice.backends.memory.InMemoryLeaseStore;
import io.packice.backends.memory.MemfdBlobStore;
import io.packice.contract.LeakCheck;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a disk does not let go, because it can only be read any more, stays an object: it would be back at the next start. */
final class DiskThatKeepsTest {
  private final AtomicBoolean keeps = new AtomicBoolean();
  /** How many it lets go all the same, before it keeps. */
  private final AtomicInteger letsGo = new AtomicInteger();
  private final LocalPeer peer = new LocalPeer(new KeepingStore(), new InMemoryLeaseStore(TimeSource.SYSTEM), 1 << 20,
      TimeSource.SYSTEM);
  private final PackiceClient client = Packice.connect(peer);

  /** Memory that is like such a disk. */
  private final class KeepingStore implements BlobStore {
    private final BlobStore memory = new MemfdBlobStore();

    @Override
    public Draft allocate(ObjectId id, OptionalLong byteSize) {
      Draft draft = memory.allocate(id, byteSize);
      return new Draft() {
        @Override
        public Extent openWriter() {
          return draft.openWriter();
        }

        @Override
        public long byteSize() {
          return draft.byteSize();
        }

        @Override
        public void freeze(StoredObject object) {
          draft.freeze(object);
        }

        @Override
        public Sealed seal(StoredObject object) {
          return new Kept(draft.seal(object));
        }

        @Override
        public void discard() {
          draft.discard();
        }
      };
    }

    @Override
    public void close() {
      memory.close();
    }
  }

  private final class Kept implements BlobStore.Sealed {
    private final BlobStore.Sealed memory;
    private volatile boolean retired;

    Kept(BlobStore.Sealed memory) {
      this.memory = memory;
    }

    @Override
    public Extent openReader() {
      return memory.openReader();
    }

    @Override
    public void retire() {
      if (!retired && keeps.get() && letsGo.getAndDecrement() <= 0) {
        throw new StorageException("Cannot remove it: unlink gave EROFS (30, Read-only file system)");
      }
      retired = true;
    }

    @Override
    public void discard() {
      memory.discard();
    }

    @Override
    public void close() {
      memory.close();
    }
  }

  @AfterEach
  void stop() {
    client.close();
    peer.close();
    LeakCheck.assertNothingHeld();
  }

  private void put(String id) {
    try (ObjectWriter writer = client.create(id, 5)) {
      writer.blob(0).segment().copyFrom(MemorySegment.ofArray("bytes".getBytes(UTF_8)));
      writer.seal();
    }
  }

  private void assertAllIsAsBefore(String... ids) {
    assertThat(client.list("")).extracting(status -> status.object().id().value()).containsExactly(ids);
    for (String id : ids) {
      try (LeasedObject object = client.get(id)) {
        assertThat(object.blob(0).inputStream()).hasBinaryContent("bytes".getBytes(UTF_8));
      }
    }
    assertThat(client.stats().zombieBytes()).isZero();
    LeakCheck.eventually(() -> assertThat(client.stats().leases()).isZero());
  }

  @Test
  void whatCannotBeDiscardedStays() {
    put("a");
    put("b");
    keeps.set(true);
    assertThatThrownBy(() -> client.discard("a")).isInstanceOf(StorageException.class).hasMessageContaining("EROFS");
    assertAllIsAsBefore("a", "b");
    assertThatThrownBy(() -> client.discardAll(List.of("a", "b"))).isInstanceOf(StorageException.class);
    assertAllIsAsBefore("a", "b");

    keeps.set(false);
    client.discard("a");
    assertAllIsAsBefore("b");
    client.discardAll(List.of("a", "b"));
    assertAllIsAsBefore();
    assertThat(client.stats().leases()).isZero();
  }

  @Test
  void whatTheDiskLetGoBeforeItKeptTheNextIsGone() {
    put("a");
    put("b");
    put("c");
    letsGo.set(1);
    keeps.set(true);
    assertThatThrownBy(() -> client.discardAll(List.of("a", "b", "c"))).isInstanceOf(StorageException.class);
    assertThat(client.list("")).extracting(status -> status.object().id().value()).containsExactly("b", "c");
    keeps.set(false);
    client.discardAll(List.of("a", "b", "c"));
    assertAllIsAsBefore();
  }

  @Test
  void aWriteLeaseOnWhatCannotBeDiscardedIsReleased() {
    put("a");
    try (Session session = peer.openSession(Caller.thisProcess())) {
      Grant grant = session.acquire(AcquireRequest.write(new ObjectId("a")));
      grant.extent().close();
      keeps.set(true);
      assertThatThrownBy(() -> session.discard(grant.lease().id())).isInstanceOf(StorageException.class);
      session.release(grant.lease().id());
      assertThat(client.stats().leases()).isZero();
      keeps.set(false);
    }
    assertAllIsAsBefore("a");
  }
}
