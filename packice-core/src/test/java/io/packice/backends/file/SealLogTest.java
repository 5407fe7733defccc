package io.packice.backends.file;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.packice.contract.FileTree;
import io.packice.contract.LeakCheck;
import io.packice.contract.LogLines;
import io.packice.contract.ManualTime;
import io.packice.contract.MemoryDisk;
import io.packice.contract.SmallDisk;
import io.packice.core.Blob;
import io.packice.core.BlobStore;
import io.packice.core.CapacityExceededException;
import io.packice.core.Extent;
import io.packice.core.Metadata;
import io.packice.core.ObjectId;
import io.packice.core.PackiceException;
import io.packice.core.StorageException;
import io.packice.core.StoredObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A log that is cut, damaged, refused by its disk and written anew: what it can say is served, what it cannot is named, and nothing is lost that was told. */
final class SealLogTest {
  private static final int MIB = 1 << 20;
  private static final int THREADS = 8;
  /** So that each kind of field is met several times, and each byte of a head by one of the records. */
  private static final int STEP = 5;

  private final ManualTime time = new ManualTime();
  private @Nullable FileBlobStore store;
  private Path root;

  private BlobStore.Recovery start(Path folder) {
    stop();
    root = folder.resolve("packice:data");
    FileBlobStore opened = FileBlobStore.open(root, time);
    store = opened;
    return opened.recover();
  }

  private void stop() {
    if (store != null) {
      store.close();
    }
  }

  @AfterEach
  void nothingLeaks() {
    stop();
    LeakCheck.assertNothingHeld();
  }

  private static StoredObject object(String id, int byteSize, String meta) {
    return new StoredObject(new ObjectId(id), Blob.layOut(List.of((long) byteSize)), Metadata.parse(meta), null, null);
  }

  private static BlobStore.Sealed put(FileBlobStore store, String id) {
    return put(store, id, "{}");
  }

  /** An object whose bytes are its id. */
  private static BlobStore.Sealed put(FileBlobStore store, String id, String meta) {
    StoredObject object = object(id, id.length(), meta);
    BlobStore.Draft draft = store.allocate(object.id(), OptionalLong.of(id.length()));
    try {
      freeze(draft, object);
      return draft.seal(object);
    } catch (RuntimeException refused) {
      draft.discard();
      throw refused;
    }
  }

  private static void freeze(BlobStore.Draft draft, StoredObject object) {
    try (Extent extent = draft.openWriter()) {
      extent.write(ByteBuffer.wrap(object.id().value().getBytes(UTF_8)), 0);
    }
    draft.freeze(object);
  }

  private static List<String> served(BlobStore.Recovery found) {
    List<String> ids = new ArrayList<>();
    for (BlobStore.Recovered object : found.objects()) {
      String id = object.object().id().value();
      try (Extent extent = object.bytes().openReader(); Arena arena = Arena.ofConfined()) {
        assertThat(extent.map(0, extent.byteSize(), Extent.Access.READ_ONLY, arena).toArray(ValueLayout.JAVA_BYTE))
            .asString(UTF_8).isEqualTo(id);
      }
      ids.add(id);
    }
    return ids;
  }

  private Path log() {
    return root.resolve("seals.log");
  }

  private void assertOnly(int files) {
    LeakCheck.eventually(() -> assertThat(FileTree.files(root.resolve("objects"))).hasSize(files));
  }

  /** Four objects, and where the record of each ends; the third is gone. */
  private List<Long> fill(Path folder) throws IOException {
    start(folder);
    FileBlobStore opened = Objects.requireNonNull(store);
    List<Long> ends = new ArrayList<>();
    List<BlobStore.Sealed> sealed = new ArrayList<>();
    for (String id : List.of("one", "two", "three", "four")) {
      sealed.add(put(opened, id, "{\"text\":\"" + id.repeat(5) + "\"}"));
      ends.add(Files.size(log()));
    }
    sealed.get(2).retire();
    sealed.get(2).discard();
    ends.add(Files.size(log()));
    stop();
    return ends;
  }

  /** The folder as it was, with another log. */
  private BlobStore.Recovery startWith(Path folder, Path copyOf, byte[] log) throws IOException {
    stop();
    root = folder.resolve("packice:data");
    Files.createDirectories(root.resolve("objects/000000000000"));
    FileTree.files(folder).forEach(file -> assertThat(file.toFile().delete()).isTrue());
    for (Path file : FileTree.files(copyOf)) {
      Path target = root.resolve(copyOf.relativize(file).toString());
      Files.createDirectories(target.getParent());
      Files.copy(file, target);
    }
    Files.write(log(), log);
    return start(folder);
  }

  @Test
  void aLogThatIsCutAnywhereServesWhatIsBeforeThatPlace(@TempDir(factory = MemoryDisk.class) Path scratch,
      @TempDir(factory = MemoryDisk.class) Path copies) throws IOException {
    List<Long> ends = fill(scratch);
    Path whole = root;
    byte[] bytes = Files.readAllBytes(log());
    try (LogLines _ = LogLines.of("io.packice.file")) {
      for (int length = (int) (long) ends.getFirst(); length < bytes.length; length += STEP) {
        int cut = length;
        assertServed(copies, whole, Arrays.copyOf(bytes, cut), (int) ends.stream().filter(end -> end <= cut).count());
      }
    }
  }

  /** What stands in so many records. */
  private void assertServed(Path copies, Path whole, byte[] log, int records) throws IOException {
    BlobStore.Recovery found = startWith(copies, whole, log);
    List<String> expected = new ArrayList<>(List.of("one", "two", "three", "four").subList(0, Math.min(4, records)));
    expected.remove("three"); // its data are gone, whether or not the log says so
    assertThat(served(found)).as("of the first %d bytes", log.length).isEqualTo(expected);
    assertThat(found.quarantined()).as("of the first %d bytes", log.length)
        .isEqualTo(records == 3 || records == 4 ? 1 : 0);
    assertOnly(expected.size());
    put(Objects.requireNonNull(store), "next").close();
    expected.add("next");
    assertThat(served(start(copies))).as("after the first %d bytes", log.length).isEqualTo(expected);
  }

  @Test
  void aByteThatChangedIsNamedAndTakesNothingElse(@TempDir(factory = MemoryDisk.class) Path scratch,
      @TempDir(factory = MemoryDisk.class) Path copies) throws IOException {
    fill(scratch);
    Path whole = root;
    byte[] bytes = Files.readAllBytes(log());
    for (int at = 0; at < bytes.length; at += STEP) {
      byte[] damaged = bytes.clone();
      damaged[at] ^= (byte) (1 << (at % 8));
      try (LogLines lines = LogLines.of("io.packice.file")) {
        BlobStore.Recovery found = startWith(copies, whole, damaged);
        List<String> served = served(found);
        assertThat(lines.all()).as("byte %d", at).anyMatch(line -> line.startsWith("Cannot read all of " + log()));
        assertThat(served.size()).as("byte %d", at).isBetween(2, 3);
        List<Path> files = FileTree.files(root);
        assertThat(files.stream().filter(file -> file.toString().endsWith(".data"))).as("byte %d", at).hasSize(3);
        for (String id : List.of("one", "two", "four")) {
          assertThat(served.contains(id) || files.stream().anyMatch(file -> file.startsWith(root.resolve("quarantine"))
              && has(file, id))).as("%s with byte %d", id, at).isTrue();
        }
        List<String> before = List.copyOf(lines.all());
        assertThat(served(start(copies))).as("byte %d, again", at).isEqualTo(served);
        assertThat(lines.all()).as("byte %d, again", at).isEqualTo(before);
      }
    }
  }

  @Test
  void whatADamagedRecordSaidIsTold(@TempDir(factory = MemoryDisk.class) Path scratch) throws IOException {
    start(scratch);
    FileBlobStore opened = Objects.requireNonNull(store);
    put(opened, "kept").close();
    BlobStore.Sealed back = put(opened, "back");
    long beforeTombstone = Files.size(log());
    back.retire(); // and somebody reads it, when the process is killed
    put(opened, "lost").close();
    stop();
    byte[] bytes = Files.readAllBytes(log());
    bytes[(int) beforeTombstone + 9] ^= 1; // the checksum of a body: what it says can be read, but not relied on
    bytes[bytes.length - 1] ^= 1;
    Files.write(log(), bytes);
    try (LogLines lines = LogLines.of("io.packice.file")) {
      assertThat(served(start(scratch))).containsExactly("kept", "back");
      assertThat(lines.all()).anyMatch(line -> line.contains("they had the seals of lost")
          && line.contains("they said that these are gone, which may be back: back"));
    }
  }

  private static boolean has(Path file, String content) {
    try {
      return Files.readString(file, StandardCharsets.ISO_8859_1).equals(content);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void whatIsWrittenOverAtRandomStopsNoStart(@TempDir(factory = MemoryDisk.class) Path scratch,
      @TempDir(factory = MemoryDisk.class) Path copies) throws IOException {
    fill(scratch);
    Path whole = root;
    byte[] bytes = Files.readAllBytes(log());
    long first = Long.getLong("packice.seed", System.nanoTime());
    System.out.println("SealLogTest: seed " + first);
    try (LogLines _ = LogLines.of("io.packice.file")) {
      for (long seed = first; seed < first + 100; seed++) {
        SplittableRandom random = new SplittableRandom(seed);
        byte[] damaged = bytes.clone();
        for (int i = random.nextInt(20); i >= 0; i--) {
          damaged[random.nextInt(LogFormat.HEADER_BYTES, damaged.length)] = (byte) random.nextInt();
        }
        Throwable refusal = null;
        List<String> served = List.of();
        try {
          served = served(startWith(copies, whole, damaged));
        } catch (PackiceException refused) {
          refusal = refused;
        }
        if (refusal != null) {
          assertThat(refusal).as("seed %d", seed).hasMessageContaining("cannot be read, and nothing else says");
        }
        assertThat(FileTree.files(root).stream().filter(file -> file.toString().endsWith(".data")).count())
            .as("seed %d", seed).isEqualTo(3);
        assertThat(List.of("one", "two", "four")).as("seed %d", seed).containsAll(served);
      }
    }
  }

  /** It is text, and a head has zero bytes. */
  @Test
  void noMetadataIsTakenForARecord(@TempDir(factory = MemoryDisk.class) Path scratch) throws IOException {
    start(scratch);
    byte[] record = new SealRecord(99, 99, object("forged", 1, "{}"), time.instant(), List.of(0)).toBytes();
    StringBuilder text = new StringBuilder();
    for (byte each : record) {
      text.append(each == 0 ? "\\u0000" : each == '"' || each == '\\' ? "\\" + (char) each
          : (each & 0xff) < ' ' ? "\\u00%02x".formatted(each & 0xff) : String.valueOf((char) (each & 0xff)));
    }
    FileBlobStore opened = Objects.requireNonNull(store);
    put(opened, "evil", "{\"text\":\"" + text + "\"}").close();
    put(opened, "good").close();
    stop();
    byte[] bytes = Files.readAllBytes(log());
    bytes[LogFormat.HEADER_BYTES] ^= 1;
    Files.write(log(), bytes);
    try (LogLines _ = LogLines.of("io.packice.file")) {
      assertThat(served(start(scratch))).containsExactly("good");
    }
  }

  // ---- very many

  @Test
  void ofALongLogTheNamesOfFilesAreReadAtTheStartAndTheirLengthsBehindIt(
      @TempDir(factory = MemoryDisk.class) Path scratch) throws IOException {
    start(scratch);
    String large = "{\"text\":\"" + "x".repeat(60_000) + "\"}";
    for (int i = 0; i < 80; i++) {
      put(Objects.requireNonNull(store), "o" + i, large).close();
    }
    stop();
    assertThat(Files.size(log())).isGreaterThan(4 * MIB);
    List<Path> files = FileTree.files(root.resolve("objects"));
    Files.delete(files.get(3));
    Files.delete(files.get(4));
    Files.createDirectory(files.get(4));
    assertThat(files.get(7).toFile().setWritable(true)).isTrue();
    Files.write(files.get(7), new byte[1]);
    try (LogLines lines = LogLines.of("io.packice.file")) {
      BlobStore.Recovery found = start(scratch);
      assertThat(found.objects()).hasSize(78);
      assertThat(found.quarantined()).isEqualTo(2);
      LeakCheck.eventually(() -> assertThat(lines.all()).anyMatch(line -> line
          .startsWith("Cannot serve o7: " + files.get(7) + " has 1 bytes instead of 2; somebody else has changed it")));
      assertThat(found.objects().stream().filter(each -> each.object().id().value().equals("o7"))).singleElement()
          .satisfies(each -> assertThatThrownBy(() -> each.bytes().openReader()).isInstanceOf(StorageException.class)
              .hasMessageContaining("has 1 bytes instead of 2"));
      assertThat(served(new BlobStore.Recovery(found.objects().stream()
          .filter(each -> !each.object().id().value().equals("o7")).toList(), 0))).hasSize(77);
    }
  }

  // ---- several at once

  @Test
  void threadsThatSealAndDiscardAtTheSameTimeLoseNothing(@TempDir(factory = MemoryDisk.class) Path scratch)
      throws Exception {
    start(scratch);
    FileBlobStore opened = Objects.requireNonNull(store);
    List<Future<?>> all = new ArrayList<>();
    try (ExecutorService threads = Executors.newFixedThreadPool(THREADS)) {
      for (int i = 0; i < THREADS; i++) {
        String prefix = "t" + i + "/";
        all.add(threads.submit(() -> IntStream.range(0, 300).forEach(each -> {
          BlobStore.Sealed sealed = put(opened, prefix + each, "{\"text\":\"" + "x".repeat(2000) + "\"}");
          if (each % 10 != 0) {
            sealed.retire();
            sealed.discard();
          }
        })));
      }
      for (int i = 0; i < 20; i++) {
        opened.tidy(); // while they are at it
      }
      for (Future<?> each : all) {
        each.get();
      }
    }
    BlobStore.Recovery found = start(scratch);
    assertThat(served(found)).hasSize(THREADS * 30)
        .containsAll(IntStream.range(0, 30).mapToObj(i -> "t3/" + 10 * i).toList());
    assertThat(found.quarantined()).isZero();
    assertOnly(THREADS * 30);
  }

  @Test
  void ofWhatIsAnnouncedNothingIsWrittenAtItsSealAndWhatIsRecalledIsNotThere(
      @TempDir(factory = MemoryDisk.class) Path scratch) throws IOException {
    start(scratch);
    FileBlobStore opened = Objects.requireNonNull(store);
    List<StoredObject> objects = Stream.of("a", "b", "c").map(id -> object(id, 1, "{}")).toList();
    List<BlobStore.Draft> drafts = new ArrayList<>();
    for (StoredObject object : objects) {
      BlobStore.Draft draft = opened.allocate(object.id(), OptionalLong.of(1));
      drafts.add(draft);
      freeze(draft, object);
      draft.announce(object);
    }
    byte[] announced = Files.readAllBytes(log());
    drafts.get(0).seal(objects.get(0)).close();
    drafts.get(2).seal(objects.get(2)).close();
    assertThat(log()).hasBinaryContent(announced);
    drafts.get(1).recall();
    drafts.get(1).recall(); // nothing is announced any more
    assertThat(served(start(scratch))).containsExactly("a", "c");
  }

  @Test
  void whatIsRecalledMayBeSealedAfterAll(@TempDir(factory = MemoryDisk.class) Path scratch) {
    start(scratch);
    StoredObject object = object("a", 1, "{}");
    BlobStore.Draft draft = Objects.requireNonNull(store).allocate(object.id(), OptionalLong.of(1));
    freeze(draft, object);
    draft.announce(object);
    draft.recall();
    draft.freeze(object);
    draft.seal(object).close();
    BlobStore.Recovery found = start(scratch);
    assertThat(served(found)).containsExactly("a");
    assertThat(found.quarantined()).isZero();
  }

  // ---- written anew

  @Test
  void aLogMostOfWhichIsGoneIsWrittenAnew(@TempDir(factory = MemoryDisk.class) Path scratch) throws IOException {
    start(scratch);
    FileBlobStore opened = Objects.requireNonNull(store);
    put(opened, "first").close();
    String meta = "{\"text\":\"" + "x".repeat(10_000) + "\"}";
    long highest = 0;
    for (int i = 0; i < 400; i++) { // four times what is tolerated
      BlobStore.Sealed sealed = put(opened, "again", meta);
      sealed.retire();
      sealed.discard();
      highest = Math.max(highest, Files.size(log()));
    }
    put(opened, "last").close();
    LeakCheck.eventually(() -> assertThat(Files.size(log())).isLessThan(3 * MIB / 2));
    assertThat(highest).isGreaterThan(MIB);
    assertThat(served(start(scratch))).containsExactly("first", "last");
    put(Objects.requireNonNull(store), "new").close();
    assertThat(served(start(scratch))).containsExactly("first", "last", "new");
    assertThat(root.resolve("seals.log.new")).doesNotExist();
  }

  @Test
  void oneThatWasMostlyGoneAtTheStartIsWrittenAnewToo(@TempDir(factory = MemoryDisk.class) Path scratch)
      throws IOException {
    start(scratch);
    put(Objects.requireNonNull(store), "first").close();
    stop();
    ByteBuffer more = ByteBuffer.allocate(2 * MIB);
    while (more.remaining() > 1000) {
      more.put(LogFormat.gone(IntStream.range(0, 100).mapToObj(i -> 1000L + i).toList()));
    }
    Files.write(log(), Arrays.copyOf(more.array(), more.position()), StandardOpenOption.APPEND);
    assertThat(served(start(scratch))).containsExactly("first");
    LeakCheck.eventually(() -> assertThat(Files.size(log())).isLessThan(1000));
    put(Objects.requireNonNull(store), "next").close();
    assertThat(served(start(scratch))).containsExactly("first", "next");
  }

  @Test
  void aRewriteThatWasKilledCostsNothing(@TempDir(factory = MemoryDisk.class) Path scratch) throws IOException {
    start(scratch);
    put(Objects.requireNonNull(store), "one").close();
    stop();
    Files.write(root.resolve("seals.log.new"), new byte[1000]);
    assertThat(served(start(scratch))).containsExactly("one");
    assertThat(root.resolve("seals.log.new")).doesNotExist();
  }

  // ---- disks

  /** What the disk has refused is refused, and neither it nor what comes after a repair is doubted. */
  @Test
  void afterASyncThatFailedTheLogIsWrittenAnewBeforeItIsAddedTo(@TempDir Path scratch,
      @TempDir(factory = MemoryDisk.class) Path copies) throws IOException {
    try (SmallDisk disk = SmallDisk.mountBreakable(scratch, 64L * MIB, 16L * MIB);
        LogLines _ = LogLines.of("io.packice.file")) {
      start(disk.root);
      FileBlobStore opened = Objects.requireNonNull(store);
      Map<String, Boolean> told = new TreeMap<>();
      String large = "{\"text\":\"" + "x".repeat(60_000) + "\"}"; // so that the log needs blocks that are not there
      for (int i = 0; i < 10; i++) {
        tryToPut(opened, "before" + i, large, told);
      }
      assertThat(told.values()).containsOnly(true);
      disk.fill();
      for (int i = 0; i < 10; i++) {
        tryToPut(opened, "while" + i, large, told);
      }
      assertThat(told.values()).contains(false);
      assertServedAfterAKill(copies, disk.root, told);
      disk.empty();
      for (int i = 0; i < 10; i++) {
        tryToPut(opened, "after" + i, large, told);
      }
      assertThat(told).containsEntry("after9", true);
      List<String> expected = told.keySet().stream().filter(told::get).toList();
      BlobStore.Recovery found = start(disk.root);
      assertThat(served(found)).containsExactlyInAnyOrderElementsOf(expected);
      assertThat(found.quarantined()).isZero();
      assertThat(Verification.of(root, Verification.Progress.NONE).damaged()).isEmpty();
      stop();
    }
  }

  /** What files there are at this moment is what a kill would leave. */
  private void assertServedAfterAKill(Path copies, Path data, Map<String, Boolean> told) throws IOException {
    for (Path file : FileTree.files(data)) {
      Path copy = copies.resolve(data.relativize(file).toString());
      Files.createDirectories(copy.getParent());
      Files.copy(file, copy);
    }
    try (FileBlobStore next = FileBlobStore.open(copies.resolve("packice:data"), time)) {
      assertThat(served(next.recover())).containsExactlyInAnyOrderElementsOf(
          told.keySet().stream().filter(told::get).toList());
    }
  }

  private static void tryToPut(FileBlobStore store, String id, String meta, Map<String, Boolean> told) {
    Throwable refusal = catchThrowable(() -> put(store, id, meta).close());
    if (refusal != null) {
      assertThat(refusal).isInstanceOf(PackiceException.class).hasMessageStartingWith("Cannot ");
    }
    told.put(id, refusal == null);
  }

  /** As many as it takes: each frees more than it needs. */
  @Test
  void onAFullDiskWhatIsThereCanBeDiscarded(@TempDir Path scratch) throws IOException {
    try (SmallDisk disk = SmallDisk.mount(scratch, 8L * MIB)) {
      start(disk.root);
      FileBlobStore opened = Objects.requireNonNull(store);
      List<BlobStore.Sealed> sealed = new ArrayList<>();
      Throwable full = null;
      while (full == null) {
        String id = "o" + sealed.size();
        full = catchThrowable(() -> sealed.add(put(opened, id)));
      }
      assertThat(full).isInstanceOf(CapacityExceededException.class).hasMessageContaining("ENOSPC");
      disk.fill();
      for (BlobStore.Sealed each : sealed.subList(1, sealed.size())) {
        each.retire();
        each.discard();
      }
      assertThat(sealed).hasSizeGreaterThan(1500);
      assertThat(served(start(disk.root))).containsExactly("o0");
      stop();
    }
  }
}
