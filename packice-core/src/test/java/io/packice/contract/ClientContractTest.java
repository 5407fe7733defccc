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
import io.packice.core.Intent;
import io.packice.core.LeaseExpiredException;
import io.packice.core.Metadata;
import io.packice.core.NotFoundException;
import io.packice.core.NotPermittedException;
import io.packice.core.NotSealedException;
import io.packice.core.ObjectId;
import io.packice.core.ObjectPage;
import io.packice.core.Peer;
import io.packice.core.PeerStats;
import io.packice.core.Session;
import io.packice.core.SessionStatus;
import io.packice.core.StillMappedException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What every client of every peer may rely on. A subclass names the {@link PeerKind}; {@link DirectClientTest} and
 * {@link UdsClientTest} say how a client reaches the peer. The tests are the same for all.
 */
public abstract class ClientContractTest {
  private static final long PAGE = 4096;
  private static final long CAPACITY = 64 * PAGE;
  private static final Duration MINUTE = Duration.ofMinutes(1);

  private final ManualTime time = new ManualTime();
  private PeerKind kind;
  private PeerKind.Running running;
  private PackiceClient client;

  /** What is served. */
  protected abstract PeerKind kind();

  /** Makes the peer reachable; called once per test. */
  protected abstract void serve(Peer served, Path folder);

  /** A client of the served peer. */
  protected abstract PackiceClient connect();

  /** A session of the served peer, for what the client hides. */
  protected abstract Session openSession();

  /** Ends what {@link #serve} began. */
  protected abstract void stopServing();

  @BeforeEach
  final void start(@TempDir(factory = MemoryDisk.class) Path folder) {
    kind = kind();
    running = kind.start(folder, CAPACITY, time);
    serve(running.peer(), folder);
    client = connect();
  }

  /** After every test nothing is leased, drafted or half-freed, and the process holds nothing. */
  @AfterEach
  final void stop() {
    assertSettled();
    client.close();
    stopServing();
    running.peer().close();
    LeakCheck.assertNothingHeld();
  }

  private void assertSettled() {
    LeakCheck.eventually(() -> {
      PeerStats stats = client.stats();
      assertThat(stats.leases()).as("leases").isZero();
      assertThat(stats.drafts()).as("drafts").isZero();
      assertThat(stats.draftBytes()).as("draft bytes").isZero();
      assertThat(stats.zombieBytes()).as("zombie bytes").isZero();
      assertThat(stats.leasedBytes()).as("leased bytes").isZero();
      long listed = client.list("").mapToLong(status -> status.heldBytes()).sum();
      assertThat(stats.liveBytes()).as("live bytes").isEqualTo(listed);
    });
  }

  private void put(String id, String content) {
    put(AcquireRequest.create(new ObjectId(id), List.of((long) content.getBytes(UTF_8).length)), content);
  }

  private void put(AcquireRequest request, String content) {
    try (ObjectWriter writer = client.create(request)) {
      writer.blob(0).segment().copyFrom(MemorySegment.ofArray(content.getBytes(UTF_8)));
      writer.seal();
    }
  }

  private void putPages(String id, long pages) {
    try (ObjectWriter writer = client.create(id, pages * PAGE)) {
      writer.seal();
    }
  }

  private String read(String id) {
    try (LeasedObject object = client.get(id)) {
      return text(object);
    }
  }

  private static String text(LeasedObject object) {
    return new String(object.blob(0).segment().toArray(ValueLayout.JAVA_BYTE), UTF_8);
  }

  private static AcquireRequest create(String id, long... sizes) {
    return AcquireRequest.create(new ObjectId(id), Arrays.stream(sizes).boxed().toList());
  }

  private static AcquireRequest read(ObjectId id) {
    return AcquireRequest.read(id);
  }

  private void pass(Duration duration) {
    time.advance(duration);
    running.chores().run();
  }

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
    assertThat(client.stats().liveBytes()).isEqualTo(3 * PAGE);
  }

  @Test
  void anObjectWithoutSizesThatOutgrowsThePeerIsRefusedAtSealAndStaysADraft() throws IOException {
    try (ObjectWriter writer = client.create(AcquireRequest.create(new ObjectId("huge"), null))) {
      writer.blob(0).outputStream().write(new byte[(int) (CAPACITY + kind.overflowBytes(CAPACITY)) + 1]);
      assertThatThrownBy(writer::seal).isInstanceOf(CapacityExceededException.class).hasMessageContaining("needs");
      assertThat(client.stats().drafts()).isEqualTo(1);
      writer.blob(0).channel().write(ByteBuffer.wrap(new byte[1])); // it is still its creator's to write
    }
    assertThatThrownBy(() -> client.get("huge")).isInstanceOf(NotFoundException.class);
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
      assertThat(client.list("")).isEmpty();
      writer.seal();
      assertThat(client.list("")).hasSize(1);
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
      assertThat(client.stats().zombieBytes()).isEqualTo(PAGE);
    }
    assertThat(client.list("")).hasSize(1);
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
    assertThat(client.stat("open").leases()).isEqualTo(1);
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

  // ---- leases

  @Test
  void discardingFreesTheIdAtOnceAndTheBytesAfterTheLastReader() {
    put("discarded", "first");
    LeasedObject reader = client.get("discarded");
    client.discard("discarded");

    assertThatThrownBy(() -> client.get("discarded")).isInstanceOf(NotFoundException.class);
    put("discarded", "second");
    assertThat(text(reader)).isEqualTo("first");
    assertThat(read("discarded")).isEqualTo("second");
    assertThat(client.stats().zombieBytes()).isEqualTo(PAGE);
    reader.close();
    assertThat(client.stats().zombieBytes()).isZero();
  }

  @Test
  void aReadLeaseCannotDiscardAndAWriteLeaseCan() {
    put("guarded", "guarded");
    try (Session session = openSession()) {
      Grant reading = session.acquire(read(new ObjectId("guarded")));
      Grant writing = session.acquire(AcquireRequest.write(new ObjectId("guarded")));
      reading.extent().close();
      writing.extent().close();
      assertThatThrownBy(() -> session.discard(reading.lease().id())).isInstanceOf(NotPermittedException.class)
          .hasMessageContaining("WRITE");
      session.discard(writing.lease().id());
      assertThatThrownBy(() -> session.discard(writing.lease().id())).isInstanceOf(LeaseExpiredException.class);
    }
    assertThatThrownBy(() -> client.discard("guarded")).isInstanceOf(NotFoundException.class);
  }

  @Test
  void aDraftCanBeDiscardedByItsCreator() {
    try (Session session = openSession()) {
      Grant grant = session.acquire(create("dropped", 1));
      grant.extent().close();
      session.discard(grant.lease().id());
      assertThatThrownBy(() -> session.seal(grant.lease().id())).isInstanceOf(LeaseExpiredException.class);
    }
  }

  @Test
  void aLeaseEndsWithItsTtlUnlessItIsRenewed() {
    put("timed", "timed");
    LeasedObject object = client.get(read(new ObjectId("timed")).withTtl(MINUTE));
    pass(MINUTE.minusNanos(1));
    assertThat(client.stat("timed").leases()).isEqualTo(1);
    assertThat(object.renew()).isEqualTo(MINUTE);
    pass(MINUTE.minusNanos(1));
    assertThat(client.stat("timed").leases()).isEqualTo(1);
    pass(Duration.ofNanos(1));

    assertThat(client.stat("timed").leases()).isZero();
    assertThatThrownBy(object::renew).isInstanceOf(LeaseExpiredException.class);
    assertThat(text(object)).isEqualTo("timed");
    object.close();
  }

  @Test
  void whoKnowsTheIdOfALeaseRenewsIt() {
    put("timed", "timed");
    String lease;
    try (Session other = openSession()) {
      Grant grant = other.acquire(read(new ObjectId("timed")).withTtl(MINUTE));
      grant.extent().close();
      lease = grant.lease().id().value();
      pass(MINUTE.minusNanos(1));
      assertThat(client.renew(lease)).isEqualTo(MINUTE);
      pass(MINUTE.minusNanos(1));
      assertThat(client.stat("timed").leases()).isEqualTo(1);
      pass(Duration.ofNanos(1));
      assertThat(client.stat("timed").leases()).isZero();
    }
    assertThatThrownBy(() -> client.renew(lease)).isInstanceOf(LeaseExpiredException.class)
        .hasMessageContaining("Cannot renew lease").hasMessageNotContaining(lease);
    assertThatThrownBy(() -> client.renew("guess")).isInstanceOf(LeaseExpiredException.class);
  }

  @Test
  void aLeaseThatLivesAsLongAsItsSessionHasNoTtlToRenew() {
    put("held", "held");
    try (LeasedObject object = client.get("held")) {
      assertThat(client.renew(object.lease().id().value())).isNull();
    }
  }

  @Test
  void aCreatorWhoseLeaseEndedCannotSealOverItsSuccessor() {
    ObjectWriter late = client.create(create("contested", 4).withTtl(MINUTE));
    pass(MINUTE);
    put("contested", "next");

    assertThatThrownBy(late::seal).isInstanceOf(LeaseExpiredException.class);
    late.close();
    assertThat(read("contested")).isEqualTo("next");
  }

  @Test
  void laterLeasesHaveHigherFences() {
    put("fenced", "fenced");
    try (LeasedObject first = client.get("fenced"); LeasedObject second = client.get("fenced")) {
      assertThat(second.lease().fence()).isGreaterThan(first.lease().fence());
      assertThat(second.lease().id()).isNotEqualTo(first.lease().id());
    }
  }

  @Test
  void anObjectWithATtlEndsForNewReadersAndStaysForOldOnes() {
    put(create("mortal", 6).withObjectTtl(MINUTE), "mortal");
    assertThat(client.stat("mortal").remaining()).isEqualTo(MINUTE);
    try (LeasedObject object = client.get("mortal")) {
      pass(MINUTE);
      assertThatThrownBy(() -> client.get("mortal")).isInstanceOf(NotFoundException.class);
      assertThat(text(object)).isEqualTo("mortal");
      assertThat(client.stats().zombieBytes()).isEqualTo(PAGE);
    }
    assertThat(client.stats().liveBytes()).isZero();
  }

  // ---- waiting

  private static <T> Future<T> async(ExecutorService executor, Callable<T> task) {
    return executor.submit(task);
  }

  @Test
  void aReaderMayWaitForTheSeal() throws Exception {
    try (ExecutorService executor = Executors.newCachedThreadPool(); PackiceClient waiting = connect()) {
      Future<String> content;
      try (ObjectWriter writer = client.create("awaited", 4)) {
        content = async(executor, () -> {
          try (LeasedObject object = waiting.get(read(new ObjectId("awaited")).withPatience(MINUTE))) {
            return text(object);
          }
        });
        writer.blob(0).segment().copyFrom(MemorySegment.ofArray("wait".getBytes(UTF_8)));
        writer.seal();
      }
      assertThat(content.get()).isEqualTo("wait");
    }
  }

  @Test
  void aWaiterLearnsThatTheDraftIsGone() throws Exception {
    try (ExecutorService executor = Executors.newCachedThreadPool(); PackiceClient waiting = connect()) {
      ObjectWriter writer = client.create("hopeless", 4);
      Future<LeasedObject> waiter =
          async(executor, () -> waiting.get(read(new ObjectId("hopeless")).withPatience(MINUTE)));
      writer.close();
      assertThatThrownBy(waiter::get).cause().isInstanceOf(NotFoundException.class);
    }
  }

  @Test
  void ofManyWhoWantItOneFillsAndTheOthersRead() throws Exception {
    AtomicInteger fills = new AtomicInteger();
    AcquireRequest request = AcquireRequest.readOrCreate(new ObjectId("once"), List.of(4L)).withPatience(MINUTE);
    try (ExecutorService executor = Executors.newCachedThreadPool()) {
      List<Future<String>> contents = new ArrayList<>();
      CountDownLatch go = new CountDownLatch(1);
      for (int i = 0; i < 8; i++) {
        contents.add(async(executor, () -> {
          try (PackiceClient each = connect()) {
            go.await();
            try (LeasedObject object = each.getOrCreate(request, writer -> {
              fills.incrementAndGet();
              writer.blob(0).segment().copyFrom(MemorySegment.ofArray("once".getBytes(UTF_8)));
            })) {
              return text(object);
            }
          }
        }));
      }
      go.countDown();
      for (Future<String> content : contents) {
        assertThat(content.get()).isEqualTo("once");
      }
    }
    assertThat(fills).hasValue(1);
  }

  @Test
  void theRoleOfFillerPassesOnWhenTheFillerFails() throws Exception {
    AcquireRequest request = AcquireRequest.readOrCreate(new ObjectId("retried"), List.of(2L)).withPatience(MINUTE);
    assertThatThrownBy(() -> client.getOrCreate(request, writer -> {
      throw new IOException("no source");
    })).isInstanceOf(IOException.class).hasMessage("no source");
    try (LeasedObject object =
        client.getOrCreate(request,
            writer -> writer.blob(0).segment().copyFrom(MemorySegment.ofArray("ok".getBytes(UTF_8))))) {
      assertThat(text(object)).isEqualTo("ok");
    }
  }

  // ---- capacity

  /** Fills, by an object that stays leased, what takes objects when there is no more room: then there is none but the capacity. */
  private List<LeasedObject> fillOverflow() {
    long bytes = kind.overflowBytes(CAPACITY);
    if (bytes == 0) {
      return List.of();
    }
    putPages("overflow", bytes / PAGE);
    return List.of(client.get("overflow"));
  }

  private List<String> ids() {
    return client.list("").map(status -> status.object().id().value()).toList();
  }

  /** What had to leave: evicted, or found elsewhere if there is an elsewhere. */
  private void assertMadeRoom(List<String> stay, List<String> leave) {
    boolean evicted = kind.overflowBytes(CAPACITY) == 0;
    List<String> expected = new ArrayList<>(stay);
    expected.addAll(evicted ? List.of() : leave);
    assertThat(ids()).containsExactlyInAnyOrderElementsOf(expected);
    for (String id : expected) {
      client.get(id).close();
    }
    for (String id : evicted ? leave : List.<String>of()) {
      assertThatThrownBy(() -> client.get(id)).isInstanceOf(NotFoundException.class);
    }
  }

  private void assertEvictions(long count) {
    assertThat(client.stats().evictions()).isEqualTo(kind.overflowBytes(CAPACITY) == 0 ? count : 0);
  }

  @Test
  void whatDoesNotFitIsRefusedWithTheNumbers() {
    List<LeasedObject> overflow = fillOverflow();
    putPages("leased", 40);
    try (LeasedObject _ = client.get("leased")) {
      assertThatThrownBy(() -> client.create("big", 30 * PAGE)).isInstanceOf(CapacityExceededException.class)
          .hasMessageContaining("needs " + 30 * PAGE).hasMessageContaining(24 * PAGE + " of " + CAPACITY + " free")
          .hasMessageContaining(40 * PAGE + " leased");
    }
    assertThat(client.stats().refusals()).isEqualTo(1);
    overflow.forEach(LeasedObject::close);
  }

  @Test
  void theLeastRecentlyUsedIsEvictedFirst() {
    putPages("a", 20);
    putPages("b", 20);
    putPages("c", 20);
    client.get("a").close();
    putPages("d", 20);

    assertEvictions(1);
    assertMadeRoom(List.of("a", "c", "d"), List.of("b"));
  }

  @Test
  void leasedAndPinnedObjectsAreNeverEvicted() {
    putPages("leased", 20);
    putPages("pinned", 20);
    putPages("idle", 20);
    client.pin("pinned");
    client.pin("pinned");
    try (LeasedObject _ = client.get("leased")) {
      assertThat(client.stats().pinnedBytes()).isEqualTo(20 * PAGE);
      putPages("new", 20);
      assertMadeRoom(List.of("leased", "new", "pinned"), List.of("idle"));
      List<LeasedObject> overflow = fillOverflow(); // evicts what was demoted
      assertThatThrownBy(() -> client.create("newer", 30 * PAGE)).isInstanceOf(CapacityExceededException.class)
          .hasMessageContaining(20 * PAGE + " pinned");
      overflow.forEach(LeasedObject::close);
    }
    client.unpin("pinned");
    client.unpin("pinned");
    putPages("newer", 60);
    assertMadeRoom(List.of("newer"), List.of("leased", "new", "pinned"));
  }

  @Test
  void aGroupIsEvictedAsAWholeAndProtectedAsAWhole() {
    for (String part : List.of("t", "t/1", "t/2")) {
      try (ObjectWriter writer = client.create(create(part, 10 * PAGE).withGroup("t"))) {
        writer.seal();
      }
    }
    putPages("other", 20);
    try (LeasedObject _ = client.get("t/1")) {
      putPages("new", 30);
      assertEvictions(1);
      assertMadeRoom(List.of("new", "t", "t/1", "t/2"), List.of("other"));
    }
    client.get("new").close();
    putPages("newest", 10);
    assertEvictions(4);
    assertMadeRoom(List.of("new", "newest"),
        kind.overflowBytes(CAPACITY) == 0 ? List.of("t", "t/1", "t/2") : List.of("other", "t", "t/1", "t/2"));
  }

  @Test
  void zombiesCountAgainstTheCapacity() {
    List<LeasedObject> overflow = fillOverflow();
    putPages("zombie", 40);
    try (LeasedObject _ = client.get("zombie")) {
      client.discard("zombie");
      assertThatThrownBy(() -> client.create("new", 30 * PAGE)).isInstanceOf(CapacityExceededException.class)
          .hasMessageContaining(40 * PAGE + " zombie");
    }
    putPages("new", 30);
    overflow.forEach(LeasedObject::close);
  }

  // ---- listing

  @Test
  void aListingIsOrderedPrefixedAndPaged() {
    for (String id : List.of("b", "a/2", "a/1", "a", "c")) {
      put(id, id);
    }
    try (Session session = openSession()) {
      ObjectPage first = session.list("a", null, 2);
      assertThat(first.objects()).extracting(status -> status.object().id().value()).containsExactly("a", "a/1");
      ObjectPage second = session.list("a", first.next(), 2);
      assertThat(second.objects()).extracting(status -> status.object().id().value()).containsExactly("a/2");
      assertThat(second.next()).isNull();
      assertThat(session.list("", new ObjectId("b"), 10).objects()).hasSize(1);
      assertThat(session.list("zzz", null, 10).objects()).isEmpty();
      assertThatIllegalArgumentException().isThrownBy(() -> session.list("", null, 0));
      assertThatIllegalArgumentException().isThrownBy(() -> session.list("", null, ObjectPage.MAX_LIMIT + 1));
    }
  }

  @Test
  void whatIsIdleIsListedInTheOrderOfItsEviction() {
    putPages("a", 1);
    try (ObjectWriter t = client.create(create("t/1", PAGE).withGroup("t"));
        ObjectWriter u = client.create(create("t/2", 3 * PAGE).withGroup("t"))) {
      t.seal();
      u.seal();
    }
    putPages("b", 1);
    putPages("leased", 1);
    putPages("pinned", 1);
    client.pin("pinned");
    client.get("a").close();
    try (Session session = openSession(); LeasedObject _ = client.get("leased")) {
      assertThat(session.idle(1)).extracting(status -> status.object().id().value()).containsExactly("t/1", "t/2");
      assertThat(session.idle(Long.MAX_VALUE)).extracting(status -> status.object().id().value())
          .containsExactly("t/1", "t/2", "b", "a");
      assertThat(session.idle(0)).isEmpty();
    }
    client.unpin("pinned");
  }

  @Test
  void whoAsksForFreeRoomEvictsNothing() {
    List<LeasedObject> overflow = fillOverflow();
    putPages("idle", 40);
    assertThatThrownBy(() -> client.create(create("big", 30 * PAGE).withRoom(AcquireRequest.Room.FREE)))
        .isInstanceOf(CapacityExceededException.class).hasMessageContaining("needs " + 30 * PAGE);
    try (ObjectWriter writer = client.create(create("small", 24 * PAGE).withRoom(AcquireRequest.Room.FREE))) {
      writer.seal();
    }
    assertThat(ids()).contains("idle", "small");
    overflow.forEach(LeasedObject::close);
  }

  @Test
  void sessionsSayWhoIsConnected() {
    put("held", "held");
    try (Session session = openSession()) {
      Grant grant = session.acquire(read(new ObjectId("held")));
      grant.extent().close();
      List<SessionStatus> sessions = client.sessions();
      assertThat(sessions).hasSize(2)
          .allMatch(each -> each.caller().pid().orElseThrow() == ProcessHandle.current().pid())
          .noneMatch(each -> each.age().isNegative());
      assertThat(sessions).extracting(SessionStatus::leases).containsExactly(0, 1);
      assertThat(session.sessions()).hasSize(2);
    }
  }

  @Test
  void statsCountHitsAndMisses() {
    put("hit", "hit");
    read("hit");
    assertThatThrownBy(() -> client.get("miss")).isInstanceOf(NotFoundException.class);

    PeerStats stats = client.stats();
    assertThat(stats.hits()).isEqualTo(1);
    assertThat(stats.misses()).isEqualTo(1);
    assertThat(stats.objects()).isEqualTo(1);
    assertThat(stats.freeBytes()).isEqualTo(CAPACITY + kind.overflowBytes(CAPACITY) - PAGE);
  }

  @Test
  void aRequestForAnotherIntentIsRefused() {
    assertThatIllegalArgumentException().isThrownBy(() -> client.get(create("x", 1)))
        .withMessageContaining(Intent.READ.name());
    assertThatIllegalArgumentException().isThrownBy(() -> client.create(read(new ObjectId("x"))));
  }
}
