package io.packice.backends.file;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.packice.contract.FileTree;
import io.packice.contract.LeakCheck;
import io.packice.contract.LogLines;
import io.packice.contract.ManualTime;
import io.packice.contract.MemoryDisk;
import io.packice.core.Blob;
import io.packice.core.BlobStore;
import io.packice.core.Extent;
import io.packice.core.Metadata;
import io.packice.core.ObjectId;
import io.packice.core.StorageException;
import io.packice.core.StoredObject;
import io.packice.process.Child;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.SplittableRandom;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a version before the log of seals has left is served, whatever has become of it, and whenever the start that takes it over is killed. */
final class OldFolderTest {
  private static final Instant SEALED_AT = Instant.ofEpochSecond(1_769_860_800, 123_456_789);
  private static final int OBJECTS = 40;
  private static final int KILLS = 4;

  private final ManualTime time = new ManualTime();
  private final List<FileBlobStore> opened = new ArrayList<>();
  private final List<LogLines> logs = new ArrayList<>();
  private Path root;
  private OldFormat old;
  private BlobStore.Recovery found;

  @BeforeEach
  void make(@TempDir(factory = MemoryDisk.class) Path scratch) throws IOException {
    root = scratch.resolve("packice:data");
    old = new OldFormat(root);
    logs.add(LogLines.of("io.packice.file"));
  }

  @AfterEach
  void stop() {
    opened.forEach(FileBlobStore::close);
    logs.forEach(LogLines::close);
    LeakCheck.assertNothingHeld();
  }

  private void start() {
    opened.forEach(FileBlobStore::close);
    FileBlobStore store = FileBlobStore.open(root, time);
    opened.add(store);
    found = store.recover();
  }

  private static StoredObject object(String id, int byteSize) {
    return new StoredObject(new ObjectId(id), Blob.layOut(List.of((long) byteSize)), Metadata.empty(), null, null);
  }

  private FileName put(String id, String content) throws IOException {
    return old.put(object(id, content.length()), content.getBytes(UTF_8), SEALED_AT);
  }

  private static String read(BlobStore.Sealed sealed) {
    try (Extent extent = sealed.openReader(); Arena arena = Arena.ofConfined()) {
      return new String(extent.map(0, extent.byteSize(), Extent.Access.READ_ONLY, arena)
          .toArray(ValueLayout.JAVA_BYTE), UTF_8);
    }
  }

  private List<String> served() {
    return found.objects().stream().map(object -> object.object().id() + "=" + read(object.bytes())).toList();
  }

  private List<String> files() {
    return FileTree.files(root).stream().map(file -> root.relativize(file).toString()).toList();
  }

  private void assertNothingOldIsLeft(String... more) {
    List<String> expected = new ArrayList<>(List.of(more));
    expected.add("lock");
    expected.add("seals.log");
    LeakCheck.eventually(() -> {
      assertThat(files().stream().filter(file -> !file.matches("objects/[0-9a-f]{12}/[0-9a-f]{3}\\.data")))
          .containsExactlyInAnyOrderElementsOf(expected);
      assertThat(files()).hasSize(expected.size() + found.objects().size());
      assertThat(root.resolve("drafts")).doesNotExist();
      assertThat(DataFolder.names(root.resolve("objects"))).allMatch(name -> name.equals("85") || name.length() == 12);
    });
  }

  @Test
  void allThatAManifestSaysIsServedAndVerified() throws IOException {
    StoredObject full = new StoredObject(new ObjectId("a \"b\"/ü"), Blob.layOut(List.of(5L, 0L, 5000L)),
        Metadata.parse("{\"kind\":\"ü\",\"deep\":[[{\"x\":1e3}]]}"), "group ü", Duration.ofSeconds(3, 123_456_789),
        OptionalLong.of(4_294_967_294L));
    StoredObject bare = new StoredObject(new ObjectId("bare"), List.of(), Metadata.empty(), null, null);
    byte[] content = new byte[(int) full.extentBytes()];
    new SplittableRandom(1).nextBytes(content);
    old.put(full, content, SEALED_AT);
    old.put(bare, new byte[0], SEALED_AT);
    assertThat(Verification.of(root, Verification.Progress.NONE)).as("before it is taken over")
        .isEqualTo(new Verification(2, 5005, List.of(), 0));
    time.advance(Duration.between(time.instant(), SEALED_AT.plusSeconds(7)));
    for (int i = 0; i < 2; i++) {
      start();
      assertThat(found.objects()).extracting(BlobStore.Recovered::object).containsExactly(full, bare);
      assertThat(found.objects()).extracting(BlobStore.Recovered::age).containsOnly(Duration.ofSeconds(7));
      try (Extent extent = found.objects().getFirst().bytes().openReader()) {
        assertThat(extent.checksums().orElseThrow()).isEqualTo(full.blobs().stream().map(extent::checksum).toList());
      }
      assertNothingOldIsLeft();
      assertThat(Verification.of(root, Verification.Progress.NONE)).isEqualTo(new Verification(2, 5005, List.of(), 0));
    }
  }

  @Test
  void inTheOrderOfItsSealsAndOfTwoVersionsTheNewer() throws IOException {
    for (String id : List.of("z", "b", "y", "b", "c")) {
      put(id, id + files().size());
    }
    start();
    assertThat(found.objects().stream().map(object -> object.object().id().value())).containsExactly("z", "y", "b",
        "c");
    assertNothingOldIsLeft();
    List<String> before = served();
    start();
    assertThat(served()).isEqualTo(before);
  }

  @Test
  void whatComesLaterIsNewer() throws IOException {
    put("a", "old");
    start();
    FileBlobStore store = opened.getLast();
    BlobStore.Draft draft = store.allocate(new ObjectId("a"), OptionalLong.of(3));
    draft.freeze(object("a", 3));
    draft.seal(object("a", 3)).close();
    start();
    assertThat(served()).containsExactly("a=\0\0\0");
    assertNothingOldIsLeft();
  }

  @Test
  void draftsAndDataWithoutAManifestAreRemovedAndNothingElse() throws IOException {
    Files.write(root.resolve("drafts/1"), new byte[3]);
    Files.write(root.resolve("drafts/1.manifest"), new byte[3]);
    Files.write(root.resolve("index.new"), new byte[3]);
    put("whole", "whole");
    Files.write(old.file(FileName.of(new ObjectId("draft"), 7), ".data"), new byte[3]);
    String notes = "objects/00/NOTES";
    Files.writeString(root.resolve(notes), "mine");
    start();
    assertThat(served()).containsExactly("whole=whole");
    assertThat(found.quarantined()).isZero();
    LeakCheck.eventually(() -> assertThat(files()).containsExactlyInAnyOrder("lock", notes,
        "objects/000000000000/001.data", "seals.log"));
  }

  // ---- damage

  private void assertSetAside(FileName name, int files) {
    for (int i = 0; i < 2; i++) {
      start();
      assertThat(served()).containsExactly("whole=whole");
      assertThat(found.quarantined()).isEqualTo(1);
      assertThat(DataFolder.names(root.resolve("quarantine"))).hasSize(files)
          .allMatch(file -> file.startsWith(name.toString()));
    }
  }

  private static void overwrite(Path file, byte[] content) throws IOException {
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    Files.write(file, content);
  }

  @Test
  void aDamagedManifestIsSetAside() throws IOException {
    FileName name = put("damaged", "damaged");
    put("whole", "whole");
    byte[] bytes = Files.readAllBytes(old.file(name, ".json"));
    bytes[30] ^= 1;
    overwrite(old.file(name, ".json"), bytes);
    assertThat(Verification.of(root, Verification.Progress.NONE).damaged()).hasSize(1);
    assertSetAside(name, 2);
  }

  @Test
  void anEmptyManifestIsSetAside() throws IOException {
    FileName name = put("damaged", "damaged");
    put("whole", "whole");
    overwrite(old.file(name, ".json"), new byte[0]);
    assertSetAside(name, 2);
  }

  @Test
  void aManifestWithoutDataIsSetAside() throws IOException {
    FileName name = put("damaged", "");
    put("whole", "whole");
    Files.delete(old.file(name, ".data"));
    assertSetAside(name, 1);
  }

  @Test
  void dataOfAnotherLengthAreSetAside() throws IOException {
    FileName name = put("damaged", "damaged");
    put("whole", "whole");
    overwrite(old.file(name, ".data"), "dam".getBytes(UTF_8));
    assertSetAside(name, 2);
  }

  @Test
  void aManifestInAnotherObjectsPlaceIsSetAside() throws IOException {
    FileName name = put("whole", "whole");
    FileName other = new FileName(FileName.of(new ObjectId("other"), 1).hash(), 9);
    Files.copy(old.file(name, ".json"), old.file(other, ".json"));
    Files.copy(old.file(name, ".data"), old.file(other, ".data"));
    assertSetAside(other, 2);
  }

  @Test
  void aManifestThatIsALinkIsSetAside() throws IOException {
    FileName name = put("damaged", "damaged");
    put("whole", "whole");
    Path copy = Files.move(old.file(name, ".json"), root.resolveSibling("copy"));
    Files.createSymbolicLink(old.file(name, ".json"), copy);
    assertSetAside(name, 2);
    assertThat(copy).exists();
  }

  @Test
  void manifestsOfALaterVersionAreRefusedAndStay() throws IOException {
    FileName name = put("future", "future");
    overwrite(old.file(name, ".json"), OldFormat.checked("{\"format\":2,\"id\":\"future\"}"));
    List<String> before = files();
    FileBlobStore store = FileBlobStore.open(root, time);
    opened.add(store);
    assertThatThrownBy(store::recover).isInstanceOf(StorageException.class).hasMessageContaining("use a newer one");
    store.close();
    assertThat(files()).isEqualTo(before);
  }

  // ---- earlier versions

  /** Every version that wrote manifests reads each of them at its start, and refuses to serve beside one of a later format. */
  private void assertEarlierVersionsRefuse() throws IOException {
    byte[] manifest = Files.readAllBytes(OldFormat.file(root, FileName.of(new ObjectId("seals.log"), 0), ".json"));
    assertThatThrownBy(() -> Manifest.parse(manifest)).isInstanceOf(StorageException.class).hasMessage(
        "Cannot read the manifest of seals.log: it has format 2, this version of Packice reads up to 1; use a newer one");
  }

  @Test
  void earlierVersionsRefuseAFolderThatHasALog() throws IOException {
    put("a", "a");
    start();
    assertNothingOldIsLeft();
    assertEarlierVersionsRefuse();
  }

  @Test
  void andOneThatIsNewOrHasLostWhatTheyRefuse() throws IOException {
    root = root.resolveSibling("packice:new");
    start();
    assertEarlierVersionsRefuse();
    Path refusal = OldFormat.file(root, FileName.of(new ObjectId("seals.log"), 0), ".json");
    overwrite(refusal, new byte[0]);
    start();
    assertEarlierVersionsRefuse();
  }

  /** They would set aside as damaged what is moved. */
  @Test
  void andOneThatIsTakenOverFromBeforeTheFirstFileIsMoved() throws IOException {
    FileName name = put("a", "a");
    FileName future = put("future", "future");
    overwrite(old.file(future, ".json"), OldFormat.checked("{\"format\":2,\"id\":\"future\"}"));
    FileBlobStore store = FileBlobStore.open(root, time);
    opened.add(store);
    assertThatThrownBy(store::recover).isInstanceOf(StorageException.class);
    assertEarlierVersionsRefuse();
    assertThat(old.file(name, ".json")).exists();
  }

  // ---- kills

  @Test
  void aStartThatEndedBehindAnyStepIsDoneAgain() throws IOException {
    List<FileName> names = new ArrayList<>();
    for (int i = 0; i < OBJECTS; i++) {
      names.add(put("o" + i, "content " + i));
    }
    Path folder = Files.createDirectories(root.resolve("objects/000000000000"));
    for (int i = 0; i < OBJECTS; i += 2) { // some of the data have their new places
      Files.move(old.file(names.get(i), ".data"), folder.resolve("%03x.data".formatted(i + 1)));
    }
    Files.write(root.resolve("seals.log.new"), new byte[10]);
    start();
    assertThat(found.objects()).hasSize(OBJECTS);
    assertNothingOldIsLeft();

    for (int i = 0; i < OBJECTS; i += 3) { // some of the manifests have not been removed
      Path shard = Files.createDirectories(old.file(names.get(i), ".json").getParent());
      Files.write(shard.resolve(names.get(i) + ".json"), new byte[7]);
    }
    start();
    assertThat(found.objects()).hasSize(OBJECTS);
    assertThat(found.quarantined()).isZero();
    assertNothingOldIsLeft();
  }

  /** By somebody who went back for a while. */
  @Test
  void whatAnEarlierVersionHasSealedBesideTheLogIsLeftAlone() throws IOException {
    put("a", "a");
    start();
    assertNothingOldIsLeft();
    opened.forEach(FileBlobStore::close);
    OldFormat again = new OldFormat(Files.createDirectory(root.resolveSibling("again")));
    FileName name = again.put(object("b", 1), new byte[1], SEALED_AT);
    Path shard = Files.createDirectories(old.file(name, "").getParent());
    for (String extension : List.of(".data", ".json")) {
      Files.copy(again.file(name, extension), shard.resolve(name + extension));
    }
    start();
    assertThat(served()).containsExactly("a=a");
    LeakCheck.eventually(() -> assertThat(logs.getFirst().all())
        .anyMatch(line -> line.startsWith("Cannot tell what " + old.file(name, ".json"))));
    opened.getLast().close();
    assertThat(old.file(name, ".data")).exists();
    assertThat(old.file(name, ".json")).exists();
  }

  @Test
  void aStartThatIsKilledIsDoneAgain() throws Exception {
    long seed = Long.getLong("packice.seed", System.nanoTime());
    System.out.println("OldFolderTest: seed " + seed);
    SplittableRandom random = new SplittableRandom(seed);
    for (int i = 0; i < 10 * OBJECTS; i++) {
      put("o" + i, "content " + i);
    }
    for (int kill = 0; kill < KILLS; kill++) {
      try (Child child = new Child(RecoverMain.class, root)) {
        if (kill % 2 == 0) {
          assertThat(child.line()).isEqualTo("begins");
        }
        LockSupport.parkNanos(random.nextLong(150_000_000));
        child.kill();
      }
    }
    start();
    assertThat(found.objects()).as("with seed %d", seed).hasSize(10 * OBJECTS);
    assertThat(found.quarantined()).isZero();
    assertThat(Verification.of(root, Verification.Progress.NONE).damaged()).isEmpty();
    assertNothingOldIsLeft();
  }

  static final class RecoverMain {
    private RecoverMain() {
    }

    /** Arguments: the data folder. */
    public static void main(String[] args) throws IOException {
      try (FileBlobStore store = FileBlobStore.open(Path.of(args[0]), new ManualTime())) {
        System.out.println("begins");
        System.out.println(store.recover().objects().size());
        int _ = System.in.read();
      }
    }
  }
}
