package io.packice.backends.file;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.packice.contract.ManualTime;
import io.packice.contract.MemoryDisk;
import io.packice.core.Blob;
import io.packice.core.BlobStore;
import io.packice.core.BlobStore.Recovered;
import io.packice.core.BlobStore.Recovery;
import io.packice.core.Extent;
import io.packice.core.Metadata;
import io.packice.core.ObjectId;
import io.packice.core.StorageException;
import io.packice.core.StoredObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is on disk after each step, and what a start makes of it. */
final class FileBlobStoreTest {
  private final ManualTime time = new ManualTime();
  private final List<FileBlobStore> opened = new ArrayList<>();
  private Path root;
  private FileBlobStore store;
  private Recovery found;

  @BeforeEach
  void start(@TempDir(factory = MemoryDisk.class) Path folder) {
    root = folder.resolve("data");
    restart();
  }

  @AfterEach
  void stop() {
    opened.forEach(FileBlobStore::close);
  }

  private void restart() {
    if (store != null) {
      store.close();
    }
    store = FileBlobStore.open(root, time);
    opened.add(store);
    found = store.recover();
  }

  private static StoredObject object(String id, long byteSize) {
    return new StoredObject(new ObjectId(id), Blob.layOut(List.of(byteSize)), Metadata.empty(), null, null);
  }

  private BlobStore.Draft draft(String id, String content) {
    BlobStore.Draft draft = store.allocate(new ObjectId(id), OptionalLong.of(content.length()));
    try (Extent extent = draft.openWriter()) {
      extent.write(ByteBuffer.wrap(content.getBytes(UTF_8)), 0);
    }
    return draft;
  }

  private static BlobStore.Sealed seal(BlobStore.Draft draft, StoredObject object) {
    draft.freeze(object);
    return draft.seal(object);
  }

  private BlobStore.Sealed put(String id, String content) {
    return seal(draft(id, content), object(id, content.length()));
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

  private List<Path> files(String part, String extension) {
    try (Stream<Path> files = Files.walk(root.resolve(part))) {
      return files.filter(Files::isRegularFile).filter(file -> file.toString().endsWith(extension)).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void assertOnlyWhatIsServedIsThere() {
    assertThat(files("drafts", "")).isEmpty();
    assertThat(files("objects", "")).hasSize(2 * found.objects().size());
  }

  private Path only(String extension) {
    assertThat(files("objects", extension)).hasSize(1);
    return files("objects", extension).getFirst();
  }

  /** Lets somebody change a file that nobody may. */
  private static void overwrite(Path file, byte[] content) throws IOException {
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    Files.write(file, content);
  }

  // ---- sealed objects

  @Test
  void whatWasSealedIsThereAtTheNextStartAsItWas() {
    StoredObject full = new StoredObject(new ObjectId("../ü"), Blob.layOut(List.of(1L, 4097L)),
        Metadata.parse("{\"a\":[1,{}]}"), "group", Duration.ofHours(1));
    BlobStore.Draft draft = store.allocate(full.id(), OptionalLong.of(full.extentBytes()));
    BlobStore.Sealed _ = seal(draft, full);
    time.advance(Duration.ofMinutes(7));
    restart();

    assertThat(found.objects()).singleElement().satisfies(object -> {
      assertThat(object.object()).isEqualTo(full);
      assertThat(object.age()).isEqualTo(Duration.ofMinutes(7));
    });
    assertOnlyWhatIsServedIsThere();
  }

  @Test
  void objectsComeBackInTheOrderOfTheirSeals() {
    BlobStore.Draft late = draft("a", "1");
    for (String id : List.of("z", "b", "y", "c")) {
      BlobStore.Sealed _ = put(id, id);
    }
    BlobStore.Sealed _ = seal(late, object("a", 1));
    restart();
    BlobStore.Sealed _ = put("m", "m");
    restart();

    assertThat(served()).containsExactly("z=z", "b=b", "y=y", "c=c", "a=1", "m=m");
  }

  @Test
  void aSealedFileCannotBeOpenedForWritingByOthers() throws IOException {
    BlobStore.Sealed _ = put("fixed", "fixed");

    for (String extension : List.of(DataFolder.DATA, DataFolder.MANIFEST)) {
      assertThat(Files.getPosixFilePermissions(only(extension)))
          .isEqualTo(PosixFilePermissions.fromString("r--------"));
    }
    assertThat(Files.getPosixFilePermissions(root)).isEqualTo(PosixFilePermissions.fromString("rwx------"));
  }

  @Test
  void aDraftThatSomebodyHasOpenIsSealedAsACopy() {
    BlobStore.Draft draft = draft("open", "before");
    try (Extent writer = draft.openWriter()) {
      BlobStore.Sealed sealed = seal(draft, object("open", 6));
      writer.write(ByteBuffer.wrap("after!".getBytes(UTF_8)), 0);
      assertThat(read(sealed)).isEqualTo("before");
    }
    assertThat(files("drafts", "")).isEmpty();
    restart();
    assertThat(served()).containsExactly("open=before");
    assertThat(Verification.of(root, Verification.Progress.NONE).isClean()).isTrue();
  }

  /** Bytes that this process has read so far. */
  private static long bytesRead() throws IOException {
    return Files.readAllLines(Path.of("/proc/self/io")).stream().filter(line -> line.startsWith("rchar: "))
        .mapToLong(line -> Long.parseLong(line.substring(7))).findFirst().orElseThrow();
  }

  @Test
  void whatIsFrozenIsReadOnceAndWhatIsChangedAfterwardsAgain() throws IOException {
    long size = 64 << 20;
    StoredObject object = object("frozen", size);
    BlobStore.Draft draft = store.allocate(object.id(), OptionalLong.of(size));
    draft.freeze(object);
    long before = bytesRead();
    draft.freeze(object);
    assertThat(bytesRead() - before).isLessThan(size);

    Path file = files("drafts", "").getFirst();
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.write(ByteBuffer.wrap("changed".getBytes(UTF_8)));
    }
    assertThat(read(seal(draft, object))).startsWith("changed");
    assertThat(Files.getPosixFilePermissions(only(DataFolder.DATA)))
        .isEqualTo(PosixFilePermissions.fromString("r--------"));
    assertThat(Verification.of(root, Verification.Progress.NONE).isClean()).isTrue();
  }

  @Test
  void whatIsFrozenAndShortenedAfterwardsIsRefused() throws IOException {
    BlobStore.Draft draft = draft("short", "1234");
    draft.freeze(object("short", 4));
    Path file = files("drafts", "").getFirst();
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.truncate(3);
    }
    assertThatThrownBy(() -> draft.freeze(object("short", 4))).isInstanceOf(StorageException.class);
    draft.discard();
    assertThat(files("drafts", "")).isEmpty();
  }

  @Test
  void whatIsFrozenWhileSomebodyHasItOpenIsACopyThatStays() {
    BlobStore.Draft draft = draft("open", "before");
    try (Extent writer = draft.openWriter()) {
      draft.freeze(object("open", 6));
      writer.write(ByteBuffer.wrap("after!".getBytes(UTF_8)), 0);
      assertThat(read(seal(draft, object("open", 6)))).isEqualTo("before");
    }
    assertThat(files("drafts", "")).isEmpty();
    BlobStore.Draft discarded = draft("discarded", "text");
    try (Extent _ = discarded.openWriter()) {
      discarded.freeze(object("discarded", 4));
    }
    discarded.discard();
    assertThat(files("drafts", "")).isEmpty();
  }

  @Test
  void aDraftOfAnotherLengthStaysADraft() {
    BlobStore.Draft draft = draft("short", "123");
    assertThatThrownBy(() -> seal(draft, object("short", 4))).isInstanceOf(StorageException.class)
        .hasMessageContaining("3 bytes instead of 4");
    try (Extent writer = draft.openWriter()) {
      writer.write(ByteBuffer.wrap(new byte[] {'4'}), 3);
    }
    assertThat(read(seal(draft, object("short", 4)))).isEqualTo("1234");
    assertThat(files("drafts", "")).isEmpty();
  }

  @Test
  void holesOfACreatorAreFilled() {
    BlobStore.Draft draft = store.allocate(new ObjectId("holes"), OptionalLong.empty());
    try (Extent writer = draft.openWriter()) {
      writer.write(ByteBuffer.wrap(new byte[1]), (1 << 20) - 1);
    }
    BlobStore.Sealed sealed = seal(draft, object("holes", 1 << 20));
    try (Extent reader = sealed.openReader();
        io.packice.internal.os.Descriptor file =
            (io.packice.internal.os.Descriptor) reader.reopen(Extent.Access.READ_ONLY)) {
      assertThat(file.allocatedBytes()).isEqualTo(1 << 20);
    }
  }

  @Test
  void aReaderOfAFileThatSomebodyHasCutIsRefused() throws IOException {
    BlobStore.Sealed sealed = put("cut", "12345");
    overwrite(only(DataFolder.DATA), new byte[2]);

    assertThatThrownBy(sealed::openReader).isInstanceOf(StorageException.class)
        .hasMessageContaining("has 2 bytes instead of 5");
  }

  // ---- kills: what is on disk when the process ends behind a step

  @Test
  void draftsOfAnEarlierLifeAreRemoved() throws IOException {
    BlobStore.Draft _ = draft("draft", "draft");
    Files.write(root.resolve("drafts/7.manifest"), new byte[3]);
    Files.write(root.resolve("drafts/7.copy"), new byte[3]);
    restart();

    assertThat(served()).isEmpty();
    assertOnlyWhatIsServedIsThere();
  }

  /** It is no reason to serve nothing: a client that may use paths can have put it there. */
  @Test
  void aFolderWhereFilesBelongStaysAndKeepsNobodyFromStarting() throws IOException {
    Path among = Files.createDirectory(root.resolve("drafts/objects"));
    Files.writeString(among.resolve("notes"), "mine");
    restart();
    assertThat(served()).isEmpty();
    assertThat(among.resolve("notes")).hasContent("mine");
  }

  @Test
  void dataWithoutAManifestNeverWereAnObject() throws IOException {
    BlobStore.Sealed _ = put("old", "old");
    BlobStore.Sealed _ = put("a", "a");
    Files.delete(files("objects", DataFolder.MANIFEST).stream()
        .filter(file -> file.getFileName().toString().contains(FileName.of(new ObjectId("a"), 0).hash())).findFirst()
        .orElseThrow());
    restart();

    assertThat(served()).containsExactly("old=old");
    assertOnlyWhatIsServedIsThere();
  }

  @Test
  void filesInAFolderThatIsNotTheirsAreLeftAloneAndMeanNothing() throws IOException {
    BlobStore.Sealed _ = put("a", "a");
    Path manifest = files("objects", DataFolder.MANIFEST).getFirst();
    Path data = files("objects", DataFolder.DATA).getFirst();
    boolean isFirst = manifest.getParent().endsWith("00");
    Path another = root.resolve(isFirst ? "objects/01" : "objects/00");
    Files.copy(data, another.resolve(data.getFileName()));
    restart();
    assertThat(served()).as("with data alone").containsExactly("a=a");

    Files.copy(manifest, another.resolve(manifest.getFileName()));
    restart();
    assertThat(served()).as("with data and a manifest").containsExactly("a=a");
    assertThat(another).isDirectoryContaining(file -> file.getFileName().equals(data.getFileName()))
        .isDirectoryContaining(file -> file.getFileName().equals(manifest.getFileName()));
  }

  @Test
  void ofAnObjectAndItsReplacementTheNewerIsServed() {
    BlobStore.Sealed _ = put("swapped", "old");
    BlobStore.Sealed _ = put("swapped", "new");
    restart();

    assertThat(served()).containsExactly("swapped=new");
    assertOnlyWhatIsServedIsThere();
  }

  @Test
  void aReplacementWhoseManifestIsNotInPlaceChangesNothing() throws IOException {
    BlobStore.Sealed _ = put("swapped", "old");
    BlobStore.Sealed _ = put("swapped", "new");
    Path newer = files("objects", DataFolder.MANIFEST).getLast();
    Files.move(newer, root.resolve("drafts/2.manifest"));
    restart();

    assertThat(served()).containsExactly("swapped=old");
    assertOnlyWhatIsServedIsThere();
  }

  @Test
  void theRemovalOfWhatWasReplacedMayStopHalfWay() throws IOException {
    BlobStore.Sealed _ = put("swapped", "old");
    BlobStore.Sealed _ = put("swapped", "new");
    Files.delete(files("objects", DataFolder.MANIFEST).getFirst());
    restart();

    assertThat(served()).containsExactly("swapped=new");
    assertOnlyWhatIsServedIsThere();
  }

  @Test
  void whatIsRetiredDoesNotComeBackAndItsReadersReadOn() {
    BlobStore.Sealed first = put("gone", "first");
    BlobStore.Sealed second = put("gone", "second");
    second.retire();
    second.retire();

    assertThat(read(first)).isEqualTo("first");
    assertThat(read(second)).isEqualTo("second");
    restart();
    assertThat(served()).isEmpty();
    assertOnlyWhatIsServedIsThere();
  }

  @Test
  void retiringWhatWasReplacedLeavesItsReplacement() {
    BlobStore.Sealed first = put("kept", "first");
    BlobStore.Sealed _ = put("kept", "second");
    first.retire();
    first.discard();
    first.discard();
    restart();

    assertThat(served()).containsExactly("kept=second");
  }

  @Test
  void aSealThatWasNeverPublishedLeavesWhatItWouldHaveReplaced() {
    BlobStore.Sealed _ = put("kept", "first");
    put("kept", "second").discard();
    restart();

    assertThat(served()).containsExactly("kept=first");
  }

  @Test
  void aStoreThatIsClosedChangesNothingAnyMore() {
    BlobStore.Draft draft = draft("late", "late");
    BlobStore.Sealed sealed = put("stays", "stays");
    store.close();
    store.close();

    assertThatIllegalStateException().isThrownBy(() -> seal(draft, object("late", 4))).withMessageContaining("closed");
    assertThatIllegalStateException().isThrownBy(() -> store.allocate(new ObjectId("x"), OptionalLong.empty()));
    assertThatIllegalStateException().isThrownBy(sealed::retire);
    draft.discard();
    sealed.discard();
    sealed.close();
    restart();
    assertThat(served()).containsExactly("stays=stays");
  }

  // ---- damage

  private void assertQuarantined(String... served) {
    restart();
    assertThat(served()).containsExactly(served);
    assertThat(found.quarantined()).isEqualTo(1);
    assertThat(files("quarantine", "")).isNotEmpty();
    assertOnlyWhatIsServedIsThere();
    restart();
    assertThat(found.quarantined()).as("at the start after").isEqualTo(1);
    assertThat(served()).containsExactly(served);
  }

  @Test
  void aDamagedManifestIsSetAside() throws IOException {
    BlobStore.Sealed _ = put("damaged", "damaged");
    Path manifest = only(DataFolder.MANIFEST);
    byte[] bytes = Files.readAllBytes(manifest);
    bytes[30] ^= 1;
    overwrite(manifest, bytes);
    BlobStore.Sealed _ = put("whole", "whole");

    assertQuarantined("whole=whole");
    assertThat(files("quarantine", "")).hasSize(2);
  }

  @Test
  void anEmptyManifestIsSetAside() throws IOException {
    BlobStore.Sealed _ = put("empty", "empty");
    overwrite(only(DataFolder.MANIFEST), new byte[0]);

    assertQuarantined();
  }

  @Test
  void aManifestWithoutDataIsSetAside() throws IOException {
    BlobStore.Sealed _ = put("nothing", "");
    Files.delete(only(DataFolder.DATA));

    assertQuarantined();
  }

  @Test
  void dataOfAnotherLengthAreSetAside() throws IOException {
    BlobStore.Sealed _ = put("whole", "whole");
    Path whole = only(DataFolder.DATA);
    BlobStore.Sealed _ = put("short", "short");
    overwrite(files("objects", DataFolder.DATA).stream().filter(file -> !file.equals(whole)).findFirst().orElseThrow(),
        "shor".getBytes(UTF_8));

    assertQuarantined("whole=whole");
  }

  @Test
  void aManifestInAnotherObjectsPlaceIsSetAside() throws IOException {
    BlobStore.Sealed _ = put("mine", "mine");
    Path manifest = only(DataFolder.MANIFEST);
    String other = FileName.of(new ObjectId("other"), 1).hash();
    FileName mine = FileName.of(new ObjectId("mine"), 1);
    Path place = root.resolve("objects").resolve(other.substring(0, 2));
    Files.copy(manifest, place.resolve(new FileName(other, mine.version()) + DataFolder.MANIFEST));
    Files.copy(only(DataFolder.DATA), place.resolve(new FileName(other, mine.version()) + DataFolder.DATA));

    assertQuarantined("mine=mine");
  }

  @Test
  void aFileThatNobodyKnowsIsLeftAlone() throws IOException {
    Path notes = Files.writeString(root.resolve("objects/00/NOTES"), "mine");
    BlobStore.Sealed _ = put("whole", "whole");
    restart();

    assertThat(served()).containsExactly("whole=whole");
    assertThat(notes).hasContent("mine");
  }

  @Test
  void manifestsOfALaterVersionAreRefusedAndStay() throws IOException {
    BlobStore.Sealed _ = put("future", "future");
    Path manifest = only(DataFolder.MANIFEST);
    String inner = "{\"format\":2,\"id\":\"future\"}";
    overwrite(manifest,
        ("{\"manifest\":" + inner + ",\"crc32c\":\"" + Checksum.of(inner.getBytes(UTF_8), 0, inner.length()) + "\"}\n")
            .getBytes(UTF_8));
    store.close();
    FileBlobStore next = FileBlobStore.open(root, time);
    opened.add(next);

    assertThatThrownBy(next::recover).isInstanceOf(StorageException.class).hasMessageContaining("use a newer one");
    assertThat(manifest).exists();
  }

  // ---- verification

  private Verification verify() {
    return Verification.of(root, Verification.Progress.NONE);
  }

  @Test
  void verificationReadsEveryByteWhileThePeerRuns() {
    for (int i = 0; i < 20; i++) {
      BlobStore.Sealed _ = put("object-" + i, "x".repeat(i));
    }
    List<Long> progress = new ArrayList<>();
    assertThat(Verification.of(root, (done, total) -> {
      assertThat(total).isEqualTo(190);
      progress.add(done);
    })).isEqualTo(new Verification(20, 190, List.of(), 0));
    assertThat(progress).isSorted().endsWith(190L);
  }

  @Test
  void verificationFindsOneChangedBit() throws IOException {
    BlobStore.Sealed _ = put("whole", "whole");
    Path whole = only(DataFolder.DATA);
    StoredObject two = new StoredObject(new ObjectId("flipped"), Blob.layOut(List.of(5L, 3_000_000L)),
        Metadata.empty(), null, null);
    BlobStore.Sealed _ = seal(store.allocate(two.id(), OptionalLong.of(two.extentBytes())), two);
    Path data =
        files("objects", DataFolder.DATA).stream().filter(file -> !file.equals(whole)).findFirst().orElseThrow();
    byte[] bytes = Files.readAllBytes(data);
    bytes[2_999_999] ^= 0x10;
    overwrite(data, bytes);
    restart();
    assertThat(found.objects()).as("a start does not read data").hasSize(2);

    Verification findings = verify();
    assertThat(findings.isClean()).isFalse();
    assertThat(findings.damaged()).singleElement().satisfies(damage -> {
      assertThat(damage.name()).isEqualTo("flipped");
      assertThat(damage.what()).contains("blob 1 of 3000000 bytes");
      assertThat(damage.manifest()).exists();
    });
  }

  @Test
  void verificationFindsWhatAStartWouldSetAside() throws IOException {
    BlobStore.Sealed _ = put("damaged", "damaged");
    overwrite(only(DataFolder.MANIFEST), new byte[9]);

    assertThat(verify().damaged()).singleElement().satisfies(damage -> assertThat(damage.what()).contains("9 bytes"));
    restart();
    assertThat(verify()).isEqualTo(new Verification(0, 0, List.of(), 1));
  }

  @Test
  void onlyAFolderOfAPeerCanBeVerified() {
    assertThatThrownBy(() -> Verification.of(root.resolve("drafts"), Verification.Progress.NONE))
        .isInstanceOf(StorageException.class).hasMessageContaining("no folder 'objects'");
  }

  // ---- one peer at a time

  @Test
  void aFolderIsServedOnceAtATime() {
    assertThatThrownBy(() -> FileBlobStore.open(root, time)).isInstanceOf(StorageException.class)
        .hasMessageContaining("pid " + ProcessHandle.current().pid()).hasMessageContaining("give another folder");
    Path alias = root.resolveSibling("alias");
    assertThatThrownBy(() -> FileBlobStore.open(Files.createSymbolicLink(alias, root), time))
        .isInstanceOf(StorageException.class);
    restart();
  }

  @Test
  void whatIsNoFolderIsRefused() throws IOException {
    Path file = Files.writeString(root.resolveSibling("file"), "x");
    assertThatThrownBy(() -> FileBlobStore.open(file, time)).isInstanceOf(StorageException.class)
        .hasMessageContaining("Cannot keep objects in " + file);
    assertThatThrownBy(() -> FileBlobStore.open(file.resolve("below"), time)).isInstanceOf(StorageException.class);
  }

  @Test
  void aClockThatWasSetBackMakesNothingYoungerThanNew() throws IOException {
    BlobStore.Sealed _ = put("now", "now");
    time.advance(Duration.ofHours(-1));
    restart();

    assertThat(found.objects()).extracting(Recovered::age).containsExactly(Duration.ZERO);
    Path copy = root.resolveSibling("copy");
    Files.move(root, copy, StandardCopyOption.ATOMIC_MOVE);
    Files.move(copy, root, StandardCopyOption.ATOMIC_MOVE);
    restart();
    assertThat(served()).as("a folder may be moved").containsExactly("now=now");
  }
}
