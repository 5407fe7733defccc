package io.packice.peers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.packice.LeasedObject;
import io.packice.ObjectWriter;
import io.packice.Packice;
import io.packice.PackiceClient;
import io.packice.backends.file.Verification;
import io.packice.contract.LeakCheck;
import io.packice.contract.LogLines;
import io.packice.contract.SmallDisk;
import io.packice.core.ObjectStatus;
import io.packice.core.PackiceException;
import io.packice.core.Peer;
import io.packice.core.StorageException;
import io.packice.peers.tiered.TieredPeer;
import io.packice.peers.tiered.TieringPolicy;
import io.packice.peers.tiered.TieringPolicy.OnClose;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The end of each kind of peer that keeps objects in files, by a close or as a kill leaves it, on a disk that has become full or read-only or fails: what was
 * acknowledged is there for the next peer, whole, or the log has named it.
 */
@Timeout(300)
final class BadDiskTest {
  private static final int MIB = 1 << 20;
  private static final int OBJECT_BYTES = 256 << 10;
  private static final long CAPACITY = 1L << 30;
  private static final int BEFORE = 6;
  private static final int AFTER = 4;

  /** A peer with files on the disk. */
  enum Kind {
    FILES {
      @Override
      Peer open(Path data) {
        return FileSystemPeer.open(data, CAPACITY);
      }
    },
    SHARED_FOLDER {
      @Override
      Peer open(Path data) {
        return SharedFileSystemPeer.open(data, CAPACITY);
      }

      @Override
      Verification verify(Path data) {
        return SharedFileSystemPeer.verify(data, Verification.Progress.NONE);
      }
    },
    MEMORY_OVER_FILES {
      @Override
      Peer open(Path data) {
        return TieredPeer.over(MemoryPeer.create(64 * MIB), FILES.open(data),
            TieringPolicy.DEFAULT.withOnClose(OnClose.DEMOTE));
      }
    };

    abstract Peer open(Path data);

    Verification verify(Path data) {
      return FileSystemPeer.verify(data, Verification.Progress.NONE);
    }
  }

  /** What becomes of the disk. */
  enum Trouble {
    FULL {
      @Override
      SmallDisk mount(Path folder) throws IOException {
        return SmallDisk.mount(folder, 8 * MIB);
      }

      @Override
      void begin(SmallDisk disk) throws IOException {
        disk.fill();
      }

      @Override
      void end(SmallDisk disk) throws IOException {
        disk.empty();
      }
    },
    READ_ONLY {
      @Override
      SmallDisk mount(Path folder) throws IOException {
        return SmallDisk.mountBreakable(folder, 32L * MIB, 40L * MIB);
      }

      @Override
      void begin(SmallDisk disk) {
        disk.makeReadOnly();
      }

      @Override
      void end(SmallDisk disk) {
        disk.repair();
      }
    },
    /** There is room, but what is written there does not arrive. */
    FAILING {
      @Override
      SmallDisk mount(Path folder) throws IOException {
        return SmallDisk.mountBreakable(folder, 64L * MIB, 16L * MIB);
      }

      @Override
      void begin(SmallDisk disk) throws IOException {
        disk.fill();
      }

      @Override
      void end(SmallDisk disk) throws IOException {
        disk.empty();
        disk.repair();
      }
    };

    abstract SmallDisk mount(Path folder) throws IOException;

    abstract void begin(SmallDisk disk) throws IOException;

    abstract void end(SmallDisk disk) throws IOException;
  }

  static Stream<Arguments> cases() {
    return Stream.of(Kind.values()).flatMap(kind -> Stream.of(Trouble.values())
        .map(trouble -> Arguments.of(kind, trouble)));
  }

  @TempDir Path folder;

  private final List<String> acknowledged = new ArrayList<>();
  private @Nullable Peer peer;

  @AfterEach
  void nothingLeaks() {
    if (peer != null) {
      Throwable _ = catchThrowable(peer::close); // a second time, unless the test has failed
    }
    LeakCheck.assertNothingHeld();
  }

  private static byte[] content(String id) {
    byte[] bytes = new byte[OBJECT_BYTES];
    new SplittableRandom(id.hashCode()).nextBytes(bytes);
    return bytes;
  }

  private void put(PackiceClient client, String id) {
    try (ObjectWriter writer = client.create(id, OBJECT_BYTES)) {
      writer.blob(0).segment().copyFrom(MemorySegment.ofArray(content(id)));
      writer.seal();
      acknowledged.add(id);
    }
  }

  /** Some before the trouble begins, some with it, of which those count that are acknowledged. */
  private void put(PackiceClient client, SmallDisk disk, Trouble trouble) throws IOException {
    for (int i = 0; i < BEFORE; i++) {
      put(client, "before" + i);
    }
    trouble.begin(disk);
    for (int i = 0; i < AFTER; i++) {
      String id = "after" + i;
      Throwable refusal = catchThrowable(() -> put(client, id));
      if (refusal != null) {
        assertThat(refusal).isInstanceOf(PackiceException.class).hasMessageStartingWith("Cannot ");
      }
    }
  }

  /** Each that was acknowledged and is not among those that may be missing is there; what is there is whole. */
  private void assertKept(Kind kind, Path data, List<String> excused) {
    try (Peer next = kind.open(data); PackiceClient client = Packice.connect(next)) {
      List<String> there = client.list("").map(ObjectStatus::object).map(object -> object.id().value()).toList();
      assertThat(there).containsAll(acknowledged.stream().filter(id -> !excused.contains(id)).toList());
      for (String id : there) {
        try (LeasedObject object = client.get(id)) {
          assertThat(object.blob(0).segment().mismatch(MemorySegment.ofArray(content(id))))
              .as("%s of %s, of which were acknowledged %s", id, there, acknowledged).isEqualTo(-1);
        }
      }
      assertThat(client.stats().quarantined()).isZero();
    }
    assertThat(kind.verify(data).damaged()).isEmpty();
  }

  private static List<String> named(LogLines log) {
    return log.all().stream().filter(line -> line.startsWith("Cannot keep "))
        .map(line -> line.replaceFirst("^Cannot keep (\\S+) .*", "$1")).toList();
  }

  @ParameterizedTest
  @MethodSource("cases")
  void whatIsAcknowledgedOutlivesACloseOrIsNamed(Kind kind, Trouble trouble) throws IOException {
    try (SmallDisk disk = trouble.mount(folder); LogLines log = LogLines.of("io.packice")) {
      Path data = disk.root.resolve("data");
      peer = kind.open(data);
      try (PackiceClient client = Packice.connect(peer)) {
        put(client, disk, trouble);
      }
      Throwable failure = catchThrowable(peer::close);
      List<String> lost = named(log);
      if (kind == Kind.MEMORY_OVER_FILES) {
        assertThat(failure).isInstanceOf(StorageException.class)
            .hasMessageStartingWith("Cannot keep " + lost.size() + " objects (");
        assertThat(lost).isNotEmpty();
      } else {
        assertThat(failure).isNull();
        assertThat(lost).isEmpty();
      }
      trouble.end(disk);
      assertKept(kind, data, lost);
    }
  }

  /** A kill leaves the files as they are at some moment: here, when the last refusal has come. What is only in memory is promised to no kill. */
  @ParameterizedTest
  @MethodSource("cases")
  void whatIsAcknowledgedOutlivesAKill(Kind kind, Trouble trouble) throws IOException {
    try (SmallDisk disk = trouble.mount(folder); LogLines _ = LogLines.of("io.packice")) {
      Path data = disk.root.resolve("data");
      peer = kind.open(data);
      List<String> inMemory;
      Path left = folder.resolve("left");
      try (PackiceClient client = Packice.connect(peer)) {
        put(client, "flushed");
        if (peer instanceof TieredPeer tiered) {
          tiered.flush();
        }
        put(client, disk, trouble);
        inMemory = kind == Kind.MEMORY_OVER_FILES ? acknowledged.subList(1, acknowledged.size()) : List.of();
        copy(data, left);
      }
      Throwable _ = catchThrowable(peer::close);
      trouble.end(disk);
      assertKept(kind, left, inMemory);
    }
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> all = Files.walk(from)) {
      all.forEach(each -> {
        try {
          Files.copy(each, to.resolve(from.relativize(each).toString()));
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      });
    }
  }
}
