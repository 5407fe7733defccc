package io.packice.backends.file;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.packice.contract.FileTree;
import io.packice.contract.LeakCheck;
import io.packice.contract.ManualTime;
import io.packice.contract.MemoryDisk;
import io.packice.core.Blob;
import io.packice.core.BlobStore;
import io.packice.core.Extent;
import io.packice.core.Metadata;
import io.packice.core.ObjectId;
import io.packice.core.StoredObject;
import io.packice.process.Child;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.AbstractMap.SimpleEntry;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A store is killed while threads seal, replace and discard, and the log is written anew all the time: what was told is there, what was under way is
 * as it was before or as it should become, nothing is damaged and nothing is left. The seed is printed; it repeats the operations, not the moments.
 */
@Timeout(1200)
final class SealLogKillTest {
  private static final int THREADS = 3;
  private static final int IDS = 5;
  private static final int KILLS = 3;
  private static final int NIGHTLY_KILLS = 200;
  private static final int MAX_OPERATIONS = 300;

  /** What one thread does, which depends on nothing but the seed. */
  private static final class Script {
    private final SplittableRandom random;
    private final int thread;
    private int step;
    /** What each id has now; an id without content is not there. */
    private final Map<String, String> state;

    Script(long seed, int thread, Map<String, String> state) {
      this.random = new SplittableRandom(seed + thread);
      this.thread = thread;
      this.state = state;
    }

    /** The next id and what it is to have; null for nothing. */
    Map.Entry<String, @Nullable String> next() {
      String id = thread + "/" + random.nextInt(IDS);
      boolean isGone = state.containsKey(id) && random.nextInt(3) == 0;
      String content = isGone ? null : id + " of step " + step + " " + "x".repeat(random.nextInt(3000));
      step++;
      if (content == null) {
        state.remove(id);
      } else {
        state.put(id, content);
      }
      return new SimpleEntry<>(id, content);
    }
  }

  @Test
  void whatWasToldOutlivesAKill(@TempDir(factory = MemoryDisk.class) Path folder) throws Exception {
    killAndVerify(folder, KILLS);
  }

  @Test
  @Tag("nightly")
  void whatWasToldOutlivesManyKills(@TempDir(factory = MemoryDisk.class) Path folder) throws Exception {
    killAndVerify(folder, NIGHTLY_KILLS);
  }

  private static void killAndVerify(Path folder, int kills) throws Exception {
    long seed = Long.getLong("packice.seed", System.nanoTime());
    System.out.println("SealLogKillTest: seed " + seed);
    SplittableRandom random = new SplittableRandom(seed);
    Path root = folder.resolve("packice:data");
    Map<String, String> state = new TreeMap<>();
    long told = 0;
    for (int kill = 0; kill < kills; kill++) {
      long lifeSeed = random.nextLong();
      List<Integer> steps = live(root, lifeSeed, random.nextInt(MAX_OPERATIONS));
      told += steps.stream().mapToInt(Integer::intValue).sum();
      state = verify(root, lifeSeed, steps, state, "seed " + seed + ", kill " + kill);
    }
    System.out.println("SealLogKillTest: " + kills + " kills, " + told + " operations");
    LeakCheck.assertNothingHeld();
  }

  /** How many steps of each thread were told until it was killed. */
  private static List<Integer> live(Path root, long seed, int operations) throws Exception {
    int[] steps = new int[THREADS];
    Path told = root.resolveSibling("told");
    Files.write(told, new byte[0]);
    try (Child child = new Child(Main.class, root, seed, told)) {
      assertThat(child.line()).isEqualTo("begins");
      LeakCheck.eventually(() -> assertThat(Files.size(told)).isGreaterThanOrEqualTo(operations));
      child.kill();
    }
    for (byte thread : Files.readAllBytes(told)) {
      steps[thread]++;
    }
    return Arrays.stream(steps).boxed().toList();
  }

  private static Map<String, String> verify(Path root, long seed, List<Integer> steps, Map<String, String> before,
      String what) {
    try (FileBlobStore store = FileBlobStore.open(root, new ManualTime())) {
      BlobStore.Recovery recovery = store.recover();
      Map<String, String> found = contents(recovery);
      assertThat(recovery.quarantined()).as(what).isZero();
      for (int thread = 0; thread < THREADS; thread++) {
        Script script = new Script(seed, thread, of(thread, before));
        for (int i = 0; i < steps.get(thread); i++) {
          script.next();
        }
        Map<String, String> told = new TreeMap<>(script.state);
        script.next();
        assertThat(of(thread, found)).as("%s, thread %d, step %d", what, thread, steps.get(thread))
            .isIn(told, script.state);
      }
      LeakCheck.eventually(
          () -> assertThat(FileTree.files(root.resolve("objects"))).as(what).hasSize(found.size()));
      assertThat(Verification.of(root, Verification.Progress.NONE).damaged()).as(what).isEmpty();
      return found;
    }
  }

  private static Map<String, String> contents(BlobStore.Recovery recovery) {
    Map<String, String> found = new TreeMap<>();
    for (BlobStore.Recovered object : recovery.objects()) {
      try (Extent extent = object.bytes().openReader(); Arena arena = Arena.ofConfined()) {
        found.put(object.object().id().value(), new String(
            extent.map(0, extent.byteSize(), Extent.Access.READ_ONLY, arena).toArray(ValueLayout.JAVA_BYTE), UTF_8));
      }
    }
    return found;
  }

  private static Map<String, String> of(int thread, Map<String, String> all) {
    Map<String, String> some = new TreeMap<>(all);
    some.keySet().removeIf(id -> !id.startsWith(thread + "/"));
    return some;
  }

  /** Seals and discards until it is killed; each operation that has come to its end is a byte in a file, the thread's number. */
  static final class Main {
    private Main() {
    }

    /** Arguments: the data folder, the seed, the file. */
    public static void main(String[] args) throws IOException {
      FileBlobStore store = FileBlobStore.open(Path.of(args[0]), new ManualTime());
      BlobStore.Recovery recovery = store.recover();
      Map<String, String> before = contents(recovery);
      try (ExecutorService threads = Executors.newFixedThreadPool(THREADS);
          FileChannel told = FileChannel.open(Path.of(args[2]), StandardOpenOption.APPEND)) {
        System.out.println("begins");
        List<Runnable> all = new ArrayList<>();
        for (int thread = 0; thread < THREADS; thread++) {
          Script script = new Script(Long.parseLong(args[1]), thread, of(thread, before));
          Map<String, BlobStore.Sealed> sealed = new HashMap<>();
          recovery.objects().forEach(each -> sealed.put(each.object().id().value(), each.bytes()));
          all.add(() -> work(store, script, sealed, told));
        }
        all.forEach(threads::execute);
        while (true) {
          store.tidy();
          LockSupport.parkNanos(100_000); // or nobody else gets at the log
        }
      }
    }

    private static void work(FileBlobStore store, Script script, Map<String, BlobStore.Sealed> sealed,
        FileChannel told) {
      while (true) {
        Map.Entry<String, @Nullable String> next = script.next();
        String content = next.getValue();
        BlobStore.Sealed old = content == null ? sealed.remove(next.getKey())
            : sealed.put(next.getKey(), seal(store, next.getKey(), content));
        if (old != null) {
          old.retire();
          old.discard();
        }
        try {
          int _ = told.write(ByteBuffer.wrap(new byte[] {(byte) script.thread}));
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      }
    }

    private static BlobStore.Sealed seal(FileBlobStore store, String id, String content) {
      byte[] bytes = content.getBytes(UTF_8);
      StoredObject object = new StoredObject(new ObjectId(id), Blob.layOut(List.of((long) bytes.length)),
          Metadata.of(Map.of("text", content)), null, null);
      BlobStore.Draft draft = store.allocate(object.id(), OptionalLong.of(bytes.length));
      try (Extent extent = draft.openWriter()) {
        extent.write(ByteBuffer.wrap(bytes), 0);
      }
      draft.freeze(object);
      return draft.seal(object);
    }
  }
}
