package io.packice.peers;

import static org.assertj.core.api.Assertions.assertThat;

import io.packice.contract.LeakCheck;
import io.packice.contract.MemoryDisk;
import io.packice.core.AcquireRequest;
import io.packice.core.AcquireRequest.Binding;
import io.packice.core.AcquireRequest.IfExists;
import io.packice.core.Caller;
import io.packice.core.Grant;
import io.packice.core.LeaseId;
import io.packice.core.ObjectId;
import io.packice.core.PackiceException;
import io.packice.core.Session;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Steps of one shared peer that meet: whichever comes first, none is lost, and no mark of one stays. */
final class SharedStepsTest {
  private static final int BYTES = 1 << 20;

  private final ExecutorService other = Executors.newSingleThreadExecutor();
  private Path folder;
  private SharedFileSystemPeer peer;
  private Session session;

  @BeforeEach
  void join(@TempDir(factory = MemoryDisk.class) Path root) {
    folder = root.resolve("shared");
    peer = SharedFileSystemPeer.open(folder, 1L << 30);
    session = peer.openSession(Caller.thisProcess());
  }

  @AfterEach
  void leave() {
    other.close();
    session.close();
    peer.close();
    LeakCheck.assertNothingHeld();
  }

  private LeaseId draft(String id) {
    Grant grant = session.acquire(AcquireRequest.create(new ObjectId(id), List.of((long) BYTES))
        .withIfExists(IfExists.REPLACE).withBinding(Binding.DETACHED));
    grant.extent().write(ByteBuffer.allocateDirect(BYTES), 0);
    grant.extent().close();
    return grant.lease().id();
  }

  /** Runs both at once, the second a little later each time. Gives whether each came to its end. */
  private List<Boolean> meet(Runnable first, Runnable second, int pause) throws Exception {
    CyclicBarrier start = new CyclicBarrier(2);
    Callable<Boolean> late = () -> {
      start.await();
      for (int i = 0; i < pause; i++) {
        Thread.onSpinWait();
      }
      return succeeds(second);
    };
    Future<Boolean> done = other.submit(late);
    start.await();
    boolean firstDone = succeeds(first);
    return List.of(firstDone, done.get());
  }

  private static boolean succeeds(Runnable step) {
    try {
      step.run();
      return true;
    } catch (PackiceException | IllegalStateException refused) {
      return false;
    }
  }

  @Test
  void aDiscardDuringASealIsNotLost() throws Exception {
    for (int attempt = 0; attempt < 40; attempt++) {
      LeaseId lease = draft("o");
      List<Boolean> done = meet(() -> session.seal(lease), () -> session.discard(lease), attempt * 500);
      if (done.getLast()) {
        assertThat(session.list("", null, 10).objects()).as("attempt %d", attempt).isEmpty();
        assertThat(names("objects")).as("attempt %d", attempt).isEmpty();
      } else { // it came behind the seal, when the lease was one for reading
        LeaseId write = session.acquire(AcquireRequest.write(new ObjectId("o"))).lease().id();
        session.discard(write);
        session.release(lease);
      }
    }
    LeakCheck.eventually(() -> assertThat(names("data")).isEmpty());
  }

  @Test
  void noMarkStaysOfALeaseThatEndsWhileItBegins() throws Exception {
    LeaseId creator = draft("o");
    session.seal(creator);
    for (int attempt = 0; attempt < 100; attempt++) {
      Session reader = peer.openSession(Caller.thisProcess());
      List<Boolean> _ =
          meet(() -> reader.acquire(AcquireRequest.read(new ObjectId("o"))).extent().close(), reader::close,
              attempt * 100);
      reader.close();
    }
    session.release(creator);
    LeakCheck.eventually(() -> assertThat(names("leases")).isEmpty());
  }

  /** NFS calls a file so that was removed while somebody has it open; a backup may leave others. */
  @Test
  void namesThatNobodyKnowsEndNothing() throws IOException {
    for (String part : List.of("turns", "peers", "claims", "data", "objects", "retired", "leases", "evicting", "pins",
        "quarantine", "tmp")) {
      Files.createFile(folder.resolve(part).resolve(".nfs000000000012d68700000001"));
    }
    Files.createFile(folder.resolve("turns").resolve("41~"));
    LeaseId lease = draft("o");
    session.seal(lease);
    assertThat(session.list("", null, 10).objects()).hasSize(1);
    session.pin(new ObjectId("o"));
    session.unpin(new ObjectId("o"));
    LeaseId write = session.acquire(AcquireRequest.write(new ObjectId("o"))).lease().id();
    session.discard(write);
    session.release(lease);
    assertThat(session.list("", null, 10).objects()).isEmpty();
    try (SharedFileSystemPeer second = SharedFileSystemPeer.open(folder, 1L << 30);
        Session theirs = second.openSession(Caller.thisProcess())) {
      assertThat(theirs.stats().members()).hasSize(2);
    }
  }

  private List<String> names(String part) throws IOException {
    try (Stream<Path> files = Files.list(folder.resolve(part))) {
      return files.map(file -> file.getFileName().toString()).toList();
    }
  }
}
