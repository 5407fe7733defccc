package io.packice.contract;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.packice.BlobWriter;
import io.packice.LeasedObject;
import io.packice.ObjectWriter;
import io.packice.PackiceClient;
import io.packice.core.AcquireRequest;
import io.packice.core.AcquireRequest.IfExists;
import io.packice.core.AlreadyExistsException;
import io.packice.core.CapacityExceededException;
import io.packice.core.Extent;
import io.packice.core.Grant;
import io.packice.core.Metadata;
import io.packice.core.NotFoundException;
import io.packice.core.NotPermittedException;
import io.packice.core.NotSealedException;
import io.packice.core.ObjectId;
import io.packice.core.Session;
import io.packice.core.StillMappedException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What every client of every peer may rely on. A subclass names the {@link PeerKind}; {@link DirectClientTest} and
 * {@link UdsClientTest} say how a client reaches the peer. The tests are the same for all.
 */
public abstract class ClientContractTest extends VersionContract {
  // ---- writing and reading

  @Test
  void whatWasWrittenIsRead() {
    put("hello", "Hello");

    assertThat(read("hello")).isEqualTo("Hello");
  }

  @Test
  void severalBlobsEachStartOnAPage() {
    try (ObjectWriter writer = client.create("many", 1, 5000, 0, 3)) {
      for (int i = 0; i < 4; i++) {
        writer.blob(i).segment().fill((byte) (i + 1));
      }
      writer.seal();
    }
    try (LeasedObject object = client.get("many")) {
      assertThat(object.blobs()).extracting(blob -> blob.byteSize()).containsExactly(1L, 5000L, 0L, 3L);
      assertThat(object.lease().object().blobs()).allMatch(blob -> blob.offset() % PAGE == 0);
      for (int i = 0; i < 4; i++) {
        byte[] expected = new byte[(int) object.blob(i).byteSize()];
        Arrays.fill(expected, (byte) (i + 1));
        assertThat(object.blob(i).segment().toArray(ValueLayout.JAVA_BYTE)).isEqualTo(expected);
        assertThat(object.blob(i).segment().address() % PAGE).isZero();
      }
    }
  }

  @Test
  void aNewBlobIsAllZeros() {
    try (ObjectWriter writer = client.create("zeros", 10_000)) {
      writer.seal();
    }
    try (LeasedObject object = client.get("zeros")) {
      assertThat(object.blob(0).segment().toArray(ValueLayout.JAVA_BYTE)).containsOnly(0);
    }
  }

  @Test
  void anObjectMayHaveNoBlobsOrEmptyOnes() throws IOException {
    try (ObjectWriter none = client.create("none"); ObjectWriter empty = client.create("empty", 0)) {
      empty.blob(0).outputStream().flush();
      none.seal();
      empty.seal();
    }
    try (LeasedObject none = client.get("none"); LeasedObject empty = client.get("empty")) {
      assertThat(none.blobs()).isEmpty();
      assertThat(empty.blob(0).segment().byteSize()).isZero();
      assertThat(empty.blob(0).inputStream().read()).isEqualTo(-1);
      assertThat(empty.blob(0).byteBuffer().hasRemaining()).isFalse();
      assertThat(empty.blob(0).copyOnWrite().byteSize()).isZero();
    }
  }

  @Test
  void metadataComesBackAsItWasGiven() {
    Metadata meta = Metadata.of(Map.of("kind", "test", "shape", List.of(28, 28), "nested", Map.of("π", 3.14)));
    put(create("described", 2).withMeta(meta), "ab");

    try (LeasedObject object = client.get("described")) {
      assertThat(object).hasToString("described (1 blob, 2 bytes)");
      assertThat(object.meta()).isEqualTo(meta);
      assertThat(object.meta().text("kind")).isEqualTo("test");
    }
    assertThat(client.stat("described").object().meta()).isEqualTo(meta);
  }

  @Test
  void aStreamAndAChannelWriteWhatASegmentReads() throws IOException {
    try (ObjectWriter writer = client.create("streamed", 11, 6)) {
      try (OutputStream out = writer.blob(0).outputStream()) {
        out.write("Hello ".getBytes(UTF_8));
        out.write("world".getBytes(UTF_8));
      }
      try (WritableByteChannel channel = writer.blob(1).channel()) {
        channel.write(ByteBuffer.wrap("xabcx".getBytes(UTF_8), 1, 3));
        channel.write(ByteBuffer.allocateDirect(3).put("def".getBytes(UTF_8)).flip());
      }
      writer.seal();
    }
    try (LeasedObject object = client.get("streamed")) {
      assertThat(object).hasToString("streamed (2 blobs, 17 bytes)");
      assertThat(text(object)).isEqualTo("Hello world");
      assertThat(new String(object.blob(1).inputStream().readAllBytes(), UTF_8)).isEqualTo("abcdef");
      assertThat(UTF_8.decode(object.blob(1).byteBuffer()).toString()).isEqualTo("abcdef");
    }
  }

  @Test
  void aStreamThatIsNotClosedIsFlushedByTheSeal() throws IOException {
    try (ObjectWriter writer = client.create("flushed", 3)) {
      writer.blob(0).outputStream().write("abc".getBytes(UTF_8));
      writer.seal();
    }
    assertThat(read("flushed")).isEqualTo("abc");
  }

  @Test
  void writingPastABlobIsRefusedAndWritesNothing() throws IOException {
    try (ObjectWriter writer = client.create("full", 3); WritableByteChannel channel = writer.blob(0).channel()) {
      channel.write(ByteBuffer.wrap(new byte[] {'a', 'b'}));
      assertThatThrownBy(() -> channel.write(ByteBuffer.wrap(new byte[2]))).isInstanceOf(IOException.class)
          .hasMessageContaining("2 bytes at 2 of a blob of 3 bytes");
      channel.write(ByteBuffer.wrap(new byte[] {'c'}));
      writer.seal();
    }
    assertThat(read("full")).isEqualTo("abc");
  }

  @Test
  void anObjectWithoutSizesGrowsAsItIsWritten() throws IOException {
    try (ObjectWriter writer = client.create(AcquireRequest.create(new ObjectId("grown"), null))) {
      BlobWriter blob = writer.blob(0);
      assertThatIllegalStateException().isThrownBy(blob::segment).withMessageContaining("before it has a size");
      try (OutputStream out = blob.outputStream()) {
        out.write(new byte[10_000]);
      }
      assertThat(blob.byteSize()).isEqualTo(10_000);
      writer.seal();
    }
    assertThat(client.stat("grown").object().byteSize()).isEqualTo(10_000);
    assertThat(liveBytes()).isEqualTo(3 * PAGE);
  }

  @Test
  void anObjectWithoutSizesThatOutgrowsThePeerIsRefusedByItsSealAtTheLatestAndStaysADraft() throws IOException {
    try (ObjectWriter writer = client.create(AcquireRequest.create(new ObjectId("huge"), null))) {
      assertThatThrownBy(() -> {
        writer.blob(0).outputStream().write(new byte[(int) (CAPACITY + kind.overflowBytes(CAPACITY)) + 1]);
        writer.seal();
      }).isInstanceOf(CapacityExceededException.class).hasMessageContaining("needs");
      assertThat(drafts()).isEqualTo(1);
      writer.blob(0).channel().write(ByteBuffer.wrap(new byte[1])); // it is still its creator's to write
    }
    assertThatThrownBy(() -> client.get("huge")).isInstanceOf(NotFoundException.class);
  }

  @Test
  void anObjectWithoutSizesThatNeverEndsIsRefusedWhileItIsWritten() throws IOException {
    long most = Math.max(1 << 20, client.stats().capacityBytes());
    try (ObjectWriter writer = client.create(AcquireRequest.create(new ObjectId("endless"), null))) {
      WritableByteChannel channel = writer.blob(0).channel();
      assertThatThrownBy(() -> {
        for (long written = 0; written <= most; written += channel.write(ByteBuffer.allocate(1 << 16))) {
          assertThat(writer.blob(0).byteSize()).isLessThanOrEqualTo(most);
        }
      }).isInstanceOf(CapacityExceededException.class)
          .hasMessageStartingWith("Cannot write endless: ").hasMessageContaining(", or give the peer more");
    }
    assertThat(drafts()).isZero();
  }

  @Test
  void thePeerChoosesAnIdIfAsked() {
    String id;
    try (ObjectWriter writer = client.create(AcquireRequest.create(null, List.of(1L)))) {
      id = writer.id();
      writer.seal();
    }
    assertThat(id).hasSize(32);
    assertThat(client.stat(id).object().id().value()).isEqualTo(id);
  }

  @ParameterizedTest
  @ValueSource(strings = {"../x", "/etc/passwd", "a/b/c", "a b", "ü", "日本", "😀", ".", "..", "con", "A", "a", "%2e",
      "\"quoted\"", "{", "\\"})
  void anyPrintableIdIsAnOrdinaryName(String id) {
    put(id, "content of " + id);

    assertThat(read(id)).isEqualTo("content of " + id);
    assertThat(client.list(id).map(status -> status.object().id().value())).containsExactly(id);
    client.discard(id);
  }

  @Test
  void anIdMayHave255BytesAndNotMore() {
    put("x".repeat(255), "long");

    assertThat(read("x".repeat(255))).isEqualTo("long");
    assertThatIllegalArgumentException().isThrownBy(() -> client.create("ü".repeat(128), 1))
        .withMessageContaining("256 bytes");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " a", "a ", "a\nb", "a\0b", "\u202ea", "\ud800"})
  void anIdThatDoesNotPrintIsRefused(String id) {
    assertThatIllegalArgumentException().isThrownBy(() -> client.create(id, 1)).withMessageStartingWith("Cannot use");
  }

  // ---- visibility

  @Test
  void aDraftIsInvisibleUntilItIsSealed() {
    try (ObjectWriter writer = client.create("draft", 1)) {
      assertThatThrownBy(() -> client.get("draft")).isInstanceOf(NotSealedException.class)
          .hasMessageContaining("not sealed yet");
      assertThatThrownBy(() -> client.stat("draft")).isInstanceOf(NotFoundException.class);
      assertThat(objects()).isEmpty();
      writer.seal();
      assertThat(objects()).hasSize(1);
    }
  }

  @Test
  void aWriterThatClosesWithoutSealLeavesNothing() {
    client.create("gone", 100).close();

    assertThatThrownBy(() -> client.get("gone")).isInstanceOf(NotFoundException.class)
        .hasMessageContaining("no such object");
    put("gone", "again");
    assertThat(read("gone")).isEqualTo("again");
  }

  @Test
  void anIdIsCreatedOnce() {
    try (ObjectWriter first = client.create("one", 1)) {
      assertThatThrownBy(() -> client.create("one", 1)).isInstanceOf(AlreadyExistsException.class)
          .hasMessageContaining("making it");
      first.seal();
      assertThatThrownBy(() -> client.create("one", 1)).isInstanceOf(AlreadyExistsException.class)
          .hasMessageContaining("exists");
    }
  }

  @Test
  void aReplacementIsSwappedInAtTheSealAndOldReadersKeepTheOld() {
    put("swapped", "old");
    try (LeasedObject old = client.get("swapped")) {
      try (ObjectWriter writer = client.create(create("swapped", 3).withIfExists(IfExists.REPLACE))) {
        writer.blob(0).segment().copyFrom(MemorySegment.ofArray("new".getBytes(UTF_8)));
        assertThat(read("swapped")).isEqualTo("old");
        writer.seal();
      }
      assertThat(read("swapped")).isEqualTo("new");
      assertThat(text(old)).isEqualTo("old");
      assertThat(zombieBytes()).isEqualTo(PAGE);
    }
    assertThat(objects()).hasSize(1);
  }

  @Test
  void aReplacementThatIsNeverSealedChangesNothing() {
    put("kept", "old");
    client.create(create("kept", 3).withIfExists(IfExists.REPLACE)).close();

    assertThat(read("kept")).isEqualTo("old");
  }

  @Test
  void aPinStaysWithTheIdWhenTheObjectIsReplaced() {
    put("pinned", "old");
    client.pin("pinned");
    put(create("pinned", 3).withIfExists(IfExists.REPLACE), "new");

    assertThat(client.stat("pinned").pinned()).isTrue();
    client.unpin("pinned");
  }

  @Test
  void sealingTwiceIsRefused() {
    try (ObjectWriter writer = client.create("sealed", 1)) {
      writer.seal();
      assertThatThrownBy(writer::seal).isInstanceOf(NotPermittedException.class).hasMessageContaining("sealed already");
    }
  }

  @Test
  void aDraftThatIsMappedElsewhereCannotChangeOnceItIsSealed() {
    Arena elsewhere = Arena.ofShared();
    try (Session session = openSession()) {
      Grant grant = session.acquire(create("mapped", PAGE));
      try (Extent extent = grant.extent()) {
        MemorySegment mapped = extent.map(0, PAGE, Extent.Access.READ_WRITE, elsewhere);
        mapped.set(ValueLayout.JAVA_BYTE, 0, (byte) 1);
        if (kind.sealsACopyOfWhatIsMapped()) {
          session.seal(grant.lease().id());
          mapped.set(ValueLayout.JAVA_BYTE, 0, (byte) 2);
          try (LeasedObject object = client.get("mapped")) {
            assertThat(object.blob(0).segment().get(ValueLayout.JAVA_BYTE, 0)).isEqualTo((byte) 1);
          }
          return;
        }
        assertThatThrownBy(() -> session.seal(grant.lease().id())).isInstanceOf(StillMappedException.class)
            .hasMessageContaining("EBUSY").hasMessageContaining("unmap it");
      } finally {
        elsewhere.close();
      }
      session.seal(grant.lease().id());
    }
    assertThat(client.stat("mapped").object().byteSize()).isEqualTo(PAGE);
  }

  // ---- immutability and lifetime

  @Test
  void aSealedSegmentCannotBeWritten() {
    put("fixed", "fixed");
    try (LeasedObject object = client.get("fixed")) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> object.blob(0).segment().set(ValueLayout.JAVA_BYTE, 0, (byte) 'X'));
      assertThat(object.blob(0).byteBuffer().isReadOnly()).isTrue();
    }
  }

  @Test
  void aCopyOnWriteViewIsPrivate() {
    put("shared", "shared");
    try (LeasedObject object = client.get("shared")) {
      MemorySegment mine = object.blob(0).copyOnWrite();
      mine.set(ValueLayout.JAVA_BYTE, 0, (byte) 'S');
      assertThat(new String(mine.toArray(ValueLayout.JAVA_BYTE), UTF_8)).isEqualTo("Shared");
      assertThat(text(object)).isEqualTo("shared");
      assertThat(read("shared")).isEqualTo("shared");
    }
  }

  @Test
  void aCopyOnWriteViewMayEndBeforeItsObject() {
    put("shared", "shared");
    try (LeasedObject object = client.get("shared")) {
      MemorySegment mine;
      try (Arena arena = Arena.ofConfined()) {
        mine = object.blob(0).copyOnWrite(arena);
        mine.set(ValueLayout.JAVA_BYTE, 0, (byte) 'S');
      }
      assertThatIllegalStateException().isThrownBy(() -> mine.get(ValueLayout.JAVA_BYTE, 0));
      assertThat(text(object)).isEqualTo("shared");
    }
  }

  @Test
  void useAfterCloseThrows() {
    put("closed", "closed");
    LeasedObject object = client.get("closed");
    MemorySegment segment = object.blob(0).segment();
    ByteBuffer buffer = object.blob(0).byteBuffer();
    InputStream stream = object.blob(0).inputStream();
    object.close();
    object.close();

    assertThatIllegalStateException().isThrownBy(() -> segment.get(ValueLayout.JAVA_BYTE, 0));
    assertThatIllegalStateException().isThrownBy(() -> buffer.get(0));
    assertThatIllegalStateException().isThrownBy(stream::read);
    assertThatIllegalStateException().isThrownBy(() -> object.blob(0).copyOnWrite());
    assertThatIllegalStateException().isThrownBy(object::renew);
  }

  @Test
  void aWriterIsOfNoUseAfterSealOrClose() {
    ObjectWriter writer = client.create("done", 4);
    MemorySegment segment = writer.blob(0).segment();
    WritableByteChannel channel = writer.blob(0).channel();
    writer.seal();

    assertThatIllegalStateException().isThrownBy(() -> segment.set(ValueLayout.JAVA_BYTE, 0, (byte) 1));
    assertThatIllegalStateException().isThrownBy(() -> channel.write(ByteBuffer.allocate(1)));
    assertThatIllegalStateException().isThrownBy(() -> writer.blob(0).segment()).withMessageContaining("it is sealed");
    writer.close();
    writer.close();
    assertThatIllegalStateException().isThrownBy(writer::seal).withMessageContaining("closed");
  }

  @Test
  void whatAClientOpenedOutlivesItsClose() {
    put("open", "open");
    PackiceClient other = connect();
    LeasedObject object = other.get("open");
    other.close();
    other.close();

    assertThat(text(object)).isEqualTo("open");
    assertThat(leasesOn("open")).isEqualTo(1);
    assertThatIllegalStateException().isThrownBy(() -> other.get("open")).withMessageContaining("closed");
    object.close();
  }

  @Test
  void aSessionThatClosesEndsItsLeasesAndDrafts() {
    put("read", "read");
    Session session = openSession();
    Grant reading = session.acquire(read(new ObjectId("read")));
    Grant writing = session.acquire(create("written", 1));
    reading.extent().close();
    writing.extent().close();
    session.close();
    session.close();

    assertSettled();
    assertThatThrownBy(() -> client.get("written")).isInstanceOf(NotFoundException.class);
    assertThatIllegalStateException().isThrownBy(session::stats);
    session.release(reading.lease().id());
  }
}
