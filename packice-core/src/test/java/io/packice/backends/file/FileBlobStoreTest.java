package io.packice.backends.file;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.packice.contract.FileTree;
import io.packice.contract.LeakCheck;
import io.packice.contract.LogLines;
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
    return FileTree.files(root.resolve(part)).stream().filter(file -> file.toString().endsWith(extension)).toList();
  }

  /** As soon as what belongs to nobody is removed. */
  private void assertOnlyWhatIsServedIsThere() {
    LeakCheck.eventually(() -> assertThat(files("objects", "")).hasSize(found.objects().size()));
  }

  /** The file with the only object, or draft. */
  private Path only() {
    assertThat(files("objects", "")).hasSize(1);
    return files("objects", "").getFirst();
  }

  private Path log() {
    return root.resolve("seals.log");
  }

  private void flip(long offset) throws IOException {
    try (FileChannel channel = FileChannel.open(log(), StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      ByteBuffer one = ByteBuffer.allocate(1);
      int _ = channel.read(one, offset);
      int _ = channel.write(ByteBuffer.wrap(new byte[] {(byte) (one.get(0) ^ 1)}), offset);
    }
  }

  private void cutLog(long byteSize) throws IOException {
    try (FileChannel channel = FileChannel.open(log(), StandardOpenOption.WRITE)) {
      channel.truncate(byteSize);
    }
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

    assertThat(Files.getPosixFilePermissions(only())).isEqualTo(PosixFilePermissions.fromString("r--------"));
    assertThat(Files.getPosixFilePermissions(log())).isEqualTo(PosixFilePermissions.fromString("rw-------"));
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
    assertThat(files("objects", "")).hasSize(1);
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

    Path file = only();
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.write(ByteBuffer.wrap("changed".getBytes(UTF_8)));
    }
    assertThat(read(seal(draft, object))).startsWith("changed");
    assertThat(Files.getPosixFilePermissions(only()))
        .isEqualTo(PosixFilePermissions.fromString("r--------"));
    assertThat(Verification.of(root, Verification.Progress.NONE).isClean()).isTrue();
  }

  @Test
  void whatIsFrozenAndShortenedAfterwardsIsRefused() throws IOException {
    BlobStore.Draft draft = draft("short", "1234");
    draft.freeze(object("short", 4));
    Path file = only();
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.truncate(3);
    }
    assertThatThrownBy(() -> draft.freeze(object("short", 4))).isInstanceOf(StorageException.class);
    draft.discard();
    assertThat(files("objects", "")).isEmpty();
  }

  @Test
  void whatIsFrozenWhileSomebodyHasItOpenIsACopyThatStays() {
    BlobStore.Draft draft = draft("open", "before");
    try (Extent writer = draft.openWriter()) {
      draft.freeze(object("open", 6));
      writer.write(ByteBuffer.wrap("after!".getBytes(UTF_8)), 0);
      assertThat(read(seal(draft, object("open", 6)))).isEqualTo("before");
    }
    assertThat(files("objects", "")).hasSize(1);
    BlobStore.Draft discarded = draft("discarded", "text");
    try (Extent _ = discarded.openWriter()) {
      discarded.freeze(object("discarded", 4));
    }
    discarded.discard();
    assertThat(files("objects", "")).hasSize(1);
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
    assertThat(files("objects", "")).hasSize(1);
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
    overwrite(only(), new byte[2]);

    assertThatThrownBy(sealed::openReader).isInstanceOf(StorageException.class)
        .hasMessageContaining("has 2 bytes instead of 5");
  }

  // ---- kills: what is on disk when the process ends behind a step

  @Test
  void draftsOfAnEarlierLifeAreRemoved() {
    BlobStore.Draft _ = draft("draft", "draft");
    BlobStore.Draft copied = draft("copied", "copied");
    try (Extent _ = copied.openWriter()) {
      copied.freeze(object("copied", 6));
    }
    assertThat(files("objects", "")).hasSize(3);
    restart();

    assertThat(served()).isEmpty();
    assertOnlyWhatIsServedIsThere();
  }

  /** However soon it begins, and however long the removal takes. */
  @Test
  void whatThisLifeMakesIsNeverTakenForALeftover() {
    for (int i = 0; i < 300; i++) {
      BlobStore.Draft _ = draft("of before " + i, "x");
    }
    restart();
    BlobStore.Draft draft = draft("draft", "draft");
    BlobStore.Sealed _ = put("sealed", "sealed");
    LeakCheck.eventually(() -> assertThat(files("objects", "")).hasSize(2));
    BlobStore.Sealed _ = seal(draft, object("draft", 5));
    restart();
    assertThat(served()).containsExactly("sealed=sealed", "draft=draft");
  }

  /** It is no reason to serve nothing: a client that may use paths can have put it there. */
  @Test
  void aFolderWhereFilesBelongStaysAndKeepsNobodyFromStarting() throws IOException {
    BlobStore.Draft _ = draft("draft", "draft");
    Path among = only().resolveSibling("fff.data");
    for (Path folder : List.of(among, root.resolve("objects/objects"), root.resolve("objects/000000000fff/notes"))) {
      Files.writeString(Files.createDirectories(folder).resolve("notes"), "mine");
    }
    restart();
    assertThat(served()).isEmpty();
    LeakCheck.eventually(() -> assertThat(files("objects", "")).hasSize(3));
    assertThat(files("objects", "")).allSatisfy(file -> assertThat(file).hasContent("mine"));
  }

  @Test
  void dataWithoutARecordNeverWereAnObject() throws IOException {
    BlobStore.Sealed _ = put("old", "old");
    long before = Files.size(log());
    BlobStore.Sealed _ = put("a", "a");
    cutLog(before);
    restart();

    assertThat(served()).containsExactly("old=old");
    assertOnlyWhatIsServedIsThere();
  }

  @Test
  void whatIsInAFolderThatIsNotItsOwnMeansNothing() throws IOException {
    BlobStore.Sealed _ = put("a", "a");
    Path another = Files.createDirectory(root.resolve("objects/notes"));
    Files.copy(only(), another.resolve(only().getFileName()));
    restart();
    assertThat(served()).containsExactly("a=a");
    assertThat(another).isDirectoryContaining(file -> file.toString().endsWith(DataFolder.DATA));
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
  void aReplacementThatIsNotInTheLogChangesNothing() throws IOException {
    BlobStore.Sealed _ = put("swapped", "old");
    long before = Files.size(log());
    BlobStore.Sealed _ = put("swapped", "new");
    cutLog(before + 30);
    restart();

    assertThat(served()).containsExactly("swapped=old");
    assertOnlyWhatIsServedIsThere();
  }

  @Test
  void theRemovalOfWhatWasReplacedMayStopHalfWay() {
    BlobStore.Sealed first = put("swapped", "old");
    BlobStore.Sealed _ = put("swapped", "new");
    first.retire();
    restart();

    assertThat(served()).containsExactly("swapped=new");
    assertOnlyWhatIsServedIsThere();
  }

  @Test
  void whatWasReplacedStaysGoneWhenItsReplacementIsRetiredAtOnce() {
    BlobStore.Sealed _ = put("swapped", "old");
    BlobStore.Sealed _ = put("swapped", "new");
    restart();
    found.objects().getFirst().bytes().retire();
    restart();
    assertThat(served()).isEmpty();
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
  void whatADamagedRecordNamedIsSetAside() throws IOException {
    BlobStore.Sealed _ = put("damaged", "damaged");
    flip(LogFormat.HEADER_BYTES + 80);
    BlobStore.Sealed _ = put("whole", "whole");

    try (LogLines lines = LogLines.of("io.packice.file")) {
      assertQuarantined("whole=whole");
      assertThat(lines.all()).anyMatch(line -> line.startsWith("Cannot read all of " + log() + ": ")
          && line.contains("at offset 32") && line.contains("the seals of damaged;"));
    }
    assertThat(files("quarantine", DataFolder.DATA)).singleElement()
        .satisfies(file -> assertThat(file).hasContent("damaged"));
    assertThat(files("quarantine", ".log")).as("the log as it was").hasSize(1);
  }

  @Test
  void aRecordWithoutDataIsSetAside() throws IOException {
    BlobStore.Sealed _ = put("nothing", "");
    Files.delete(only());

    assertQuarantined();
  }

  @Test
  void dataOfAnotherLengthAreSetAside() throws IOException {
    BlobStore.Sealed _ = put("whole", "whole");
    Path whole = only();
    BlobStore.Sealed _ = put("short", "short");
    overwrite(files("objects", DataFolder.DATA).stream().filter(file -> !file.equals(whole)).findFirst().orElseThrow(),
        "shor".getBytes(UTF_8));

    assertQuarantined("whole=whole");
    assertThat(files("quarantine", DataFolder.MANIFEST)).singleElement()
        .satisfies(file -> assertThat(Manifest.parse(Files.readAllBytes(file)).object()).isEqualTo(object("short", 5)));
  }

  @Test
  void aFileThatNobodyKnowsIsLeftAlone() throws IOException {
    BlobStore.Sealed _ = put("whole", "whole");
    Path notes = Files.writeString(only().resolveSibling("NOTES"), "mine");
    restart();

    assertThat(served()).containsExactly("whole=whole");
    assertThat(notes).hasContent("mine");
  }

  private void assertRefused(String why) {
    store.close();
    List<Path> before = files("", "");
    FileBlobStore next = FileBlobStore.open(root, time);
    opened.add(next);
    assertThatThrownBy(next::recover).isInstanceOf(StorageException.class).hasMessageStartingWith("Cannot open " + root)
        .hasMessageContaining(why);
    next.close();
    assertThat(files("", "")).isEqualTo(before);
  }

  @Test
  void aLogOfALaterVersionIsRefusedAndNothingIsRemoved() throws IOException {
    BlobStore.Sealed _ = put("future", "future");
    BlobStore.Draft _ = draft("draft", "draft");
    byte[] bytes = Files.readAllBytes(log());
    ByteBuffer.wrap(bytes).putInt(8, 2).putInt(28, 4711);
    Files.write(log(), bytes);
    assertRefused("/seals.log: format 2; this version of Packice reads up to 1: use a newer one");
  }

  @Test
  void aLogThatIsNotThereIsRefusedAndNothingIsRemoved() throws IOException {
    BlobStore.Sealed _ = put("kept", "kept");
    Path copy = Files.move(log(), root.resolveSibling("copy"));
    assertRefused(
        "is not there, and nothing else says what the files in " + root.resolve("objects") + " are; put a copy");
    Files.move(copy, log());
    restart();
    assertThat(served()).containsExactly("kept=kept");
  }

  @Test
  void aLogWithoutARecordThatCanBeReadIsRefusedAndNothingIsRemoved() throws IOException {
    BlobStore.Sealed _ = put("kept", "kept");
    byte[] bytes = Files.readAllBytes(log());
    for (byte[] other : List.of(new byte[0], new byte[bytes.length], new byte[20])) {
      Files.write(log(), other);
      assertRefused("cannot be read, and nothing else says");
    }
    Files.write(log(), bytes);
    restart();
    assertThat(served()).containsExactly("kept=kept");
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
    Path whole = only();
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
      assertThat(damage.file()).exists();
    });
  }

  @Test
  void verificationFindsWhatAStartWouldSetAside() throws IOException {
    BlobStore.Sealed _ = put("damaged", "damaged");
    BlobStore.Sealed _ = put("whole", "whole");
    BlobStore.Sealed _ = put("gone", "gone");
    Files.delete(files("objects", DataFolder.DATA).getLast());
    flip(LogFormat.HEADER_BYTES + 80);

    assertThat(verify().damaged()).hasSize(2).anySatisfy(damage -> {
      assertThat(damage.what())
          .contains(" bytes at offset 32 of the log cannot be read; they had the seals of damaged");
      assertThat(damage.file()).isEqualTo(log());
    }).anySatisfy(damage -> {
      assertThat(damage.name()).isEqualTo("gone");
      assertThat(damage.what()).contains("are not there");
    });
    restart();
    assertThat(verify()).isEqualTo(new Verification(1, 5, List.of(), 2));
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
