package io.packice.contract;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.packice.LeasedObject;
import io.packice.ObjectWriter;
import io.packice.PackiceClient;
import io.packice.core.AcquireRequest;
import io.packice.core.ObjectId;
import io.packice.core.Peer;
import io.packice.core.PeerStats;
import io.packice.core.Session;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A served peer and a client of it, anew for each test, and the check afterwards that nothing of theirs is left. */
abstract class ClientFixture {
  protected static final long PAGE = 4096;
  static final long CAPACITY = 64 * PAGE;
  static final Duration MINUTE = Duration.ofMinutes(1);

  final ManualTime time = new ManualTime();
  protected PeerKind kind;
  protected PeerKind.Running running;
  protected PackiceClient client;

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

  protected void assertSettled() {
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

  // ---- what the peer has, as it says itself; where it cannot be asked, it is looked at

  /** The ids of what is sealed. */
  protected List<String> objects() {
    return client.list("").map(status -> status.object().id().value()).toList();
  }

  protected long drafts() {
    return client.stats().drafts();
  }

  protected long leases() {
    return client.stats().leases();
  }

  protected int leasesOn(String id) {
    return client.stat(id).leases();
  }

  protected long zombieBytes() {
    return client.stats().zombieBytes();
  }

  protected long liveBytes() {
    return client.stats().liveBytes();
  }

  void put(String id, String content) {
    put(AcquireRequest.create(new ObjectId(id), List.of((long) content.getBytes(UTF_8).length)), content);
  }

  void put(AcquireRequest request, String content) {
    try (ObjectWriter writer = client.create(request)) {
      writer.blob(0).segment().copyFrom(MemorySegment.ofArray(content.getBytes(UTF_8)));
      writer.seal();
    }
  }

  void putPages(String id, long pages) {
    try (ObjectWriter writer = client.create(id, pages * PAGE)) {
      writer.seal();
    }
  }

  String read(String id) {
    try (LeasedObject object = client.get(id)) {
      return text(object);
    }
  }

  static String text(LeasedObject object) {
    return new String(object.blob(0).segment().toArray(ValueLayout.JAVA_BYTE), UTF_8);
  }

  static AcquireRequest create(String id, long... sizes) {
    return AcquireRequest.create(new ObjectId(id), Arrays.stream(sizes).boxed().toList());
  }

  static AcquireRequest read(ObjectId id) {
    return AcquireRequest.read(id);
  }

  void pass(Duration duration) {
    time.advance(duration);
    running.chores().run();
  }
}
