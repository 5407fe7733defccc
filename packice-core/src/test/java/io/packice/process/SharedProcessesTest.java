package io.packice.process;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.packice.LeasedObject;
import io.packice.ObjectWriter;
import io.packice.Packice;
import io.packice.PackiceClient;
import io.packice.contract.LeakCheck;
import io.packice.contract.MemoryDisk;
import io.packice.core.AcquireRequest;
import io.packice.core.AcquireRequest.IfExists;
import io.packice.core.AlreadyExistsException;
import io.packice.core.CapacityExceededException;
import io.packice.core.ObjectId;
import io.packice.core.PeerStats;
import io.packice.core.PeerUnavailableException;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Two peers of one folder, each in a process of its own; one of them is killed. */
@Timeout(600)
final class SharedProcessesTest {
  private static final long PAGE = 4096;
  private static final long CAPACITY = 64L << 20;
  private static final long SILENCE_MS = 4000;

  @TempDir(factory = MemoryDisk.class) Path folder;

  private Child mortal;
  private Child survivor;
  private PackiceClient doomed;
  private PackiceClient client;
  private int lives;

  @BeforeEach
  void start() throws IOException {
    survivor = peer("survivor");
    client = Packice.connect(folder.resolve("survivor"));
    startMortal();
  }

  private Child peer(String socket) throws IOException {
    Child child = new Child(SharedPeerMain.class, folder.resolve(socket), folder.resolve("data"), CAPACITY, SILENCE_MS);
    assertThat(child.line()).startsWith("listening");
    return child;
  }

  private void startMortal() throws IOException {
    String socket = "mortal-" + lives++;
    mortal = peer(socket);
    doomed = Packice.connect(folder.resolve(socket));
  }

  @AfterEach
  void stop() {
    doomed.close();
    mortal.close();
    client.close();
    survivor.close();
    LeakCheck.assertNothingHeld();
  }

  private List<String> names(String part) {
    try (Stream<Path> files = Files.list(folder.resolve("data").resolve(part))) {
      return files.map(file -> file.getFileName().toString()).toList();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static void put(PackiceClient client, String id, String content) {
    AcquireRequest request = AcquireRequest.create(new ObjectId(id), List.of((long) content.length()))
        .withIfExists(IfExists.REPLACE);
    try (ObjectWriter writer = client.create(request)) {
      writer.blob(0).segment().copyFrom(MemorySegment.ofArray(content.getBytes(UTF_8)));
      writer.seal();
    }
  }

  private static String read(PackiceClient client, String id) {
    try (LeasedObject object = client.get(id)) {
      return new String(object.blob(0).segment().toArray(ValueLayout.JAVA_BYTE), UTF_8);
    }
  }

  @Test
  void peersInTwoProcessesShareOneNamespace() {
    put(doomed, "shared", "first");
    assertThat(read(client, "shared")).isEqualTo("first");
    try (ObjectWriter _ = client.create("made", 1); LeasedObject reader = doomed.get("shared")) {
      assertThatThrownBy(() -> doomed.create("made", 1)).isInstanceOf(AlreadyExistsException.class);
      assertThatThrownBy(() -> client.create("large", CAPACITY - PAGE)).isInstanceOf(CapacityExceededException.class)
          .hasMessageContaining(PAGE + " leased");
      client.discard("shared");
      put(client, "shared", "second");
      assertThat(new String(reader.blob(0).segment().toArray(ValueLayout.JAVA_BYTE), UTF_8)).isEqualTo("first");
      assertThat(client.stats().zombieBytes()).isEqualTo(PAGE);
    }
    assertThat(read(doomed, "shared")).isEqualTo("second");
    assertThat(client.stats().zombieBytes()).isZero();
  }

  @Test
  void ofTwoProcessesThatCreateAtOnceOneDoes() throws Exception {
    try (ExecutorService executor = Executors.newFixedThreadPool(2)) {
      for (int i = 0; i < 50; i++) {
        String id = "raced-" + i;
        AtomicInteger made = new AtomicInteger();
        List<Future<?>> both = new ArrayList<>();
        for (PackiceClient each : List.of(client, doomed)) {
          both.add(executor.submit(() -> {
            try (ObjectWriter writer = each.create(id, 8)) {
              writer.seal();
              made.incrementAndGet();
            } catch (AlreadyExistsException other) {
              // the other process made it
            }
          }));
        }
        for (Future<?> each : both) {
          each.get();
        }
        assertThat(made).as(id).hasValue(1);
      }
    }
  }

  @Test
  void whatAKilledPeerHeldIsFreeAfterItsSilence() throws Exception {
    put(doomed, "kept", "kept");
    put(doomed, "retired", "retired");
    put(client, "pinned", "pinned");
    doomed.pin("pinned");
    LeasedObject reading = doomed.get("kept");
    LeasedObject zombie = doomed.get("retired");
    client.discard("retired");
    ObjectWriter draft = doomed.create("draft", 1 << 20);
    mortal.kill();

    assertThatThrownBy(() -> client.create("draft", 1)).isInstanceOf(AlreadyExistsException.class);
    LeakCheck.eventually(() -> {
      PeerStats stats = client.stats();
      assertThat(List.of(stats.draftBytes(), stats.zombieBytes(), stats.leasedBytes(), stats.pinnedBytes()))
          .containsOnly(0L);
    });
    put(client, "draft", "mine");
    assertThat(List.of(read(client, "kept"), read(client, "pinned"), read(client, "draft")))
        .containsExactly("kept", "pinned", "mine");
    assertThat(names("data")).hasSize(3);
    assertThat(names("peers")).hasSize(1);
    for (AutoCloseable each : List.of(reading, zombie, draft)) {
      closeDead(each);
    }
  }

  private static void closeDead(AutoCloseable held) throws Exception {
    try {
      held.close();
    } catch (PeerUnavailableException killed) {
      // its peer is gone, and with it the lease
    }
  }

  @Test
  void aWaiterBecomesTheFillerWhenTheFillersPeerIsKilled() throws Exception {
    ObjectWriter filling = doomed.create("filled", 4);
    try (ExecutorService executor = Executors.newSingleThreadExecutor()) {
      AcquireRequest request = AcquireRequest.readOrCreate(new ObjectId("filled"), List.of(4L))
          .withPatience(Duration.ofMinutes(1));
      Future<String> waiter = executor.submit(() -> {
        try (LeasedObject object = client.getOrCreate(request,
            writer -> writer.blob(0).segment().copyFrom(MemorySegment.ofArray("next".getBytes(UTF_8))))) {
          return new String(object.blob(0).segment().toArray(ValueLayout.JAVA_BYTE), UTF_8);
        }
      });
      mortal.kill();
      assertThat(waiter.get()).isEqualTo("next");
    }
    closeDead(filling);
  }
}
