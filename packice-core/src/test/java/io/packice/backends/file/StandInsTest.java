package io.packice.backends.file;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.packice.contract.ManualTime;
import io.packice.contract.MemoryDisk;
import io.packice.core.Blob;
import io.packice.core.BlobStore;
import io.packice.core.Extent;
import io.packice.core.Metadata;
import io.packice.core.ObjectId;
import io.packice.core.StorageException;
import io.packice.core.StoredObject;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Somebody who may write to a data folder puts other things where files of the store were: none is followed, read, changed or waited for. */
final class StandInsTest {
  private static final String CONTENT = "12345";

  private Path root;
  private Path secret;
  private FileBlobStore store;
  private BlobStore.Recovery found;

  @BeforeEach
  void start(@TempDir(factory = MemoryDisk.class) Path folder) throws IOException {
    root = folder.resolve("data");
    secret = Files.writeString(folder.resolve("secret"), "54321");
    Files.setPosixFilePermissions(secret, PosixFilePermissions.fromString("rw-rw----"));
    restart();
  }

  private void restart() {
    if (store != null) {
      store.close();
    }
    store = FileBlobStore.open(root, new ManualTime());
    found = store.recover();
  }

  @AfterEach
  void theSecretIsUntouched() throws IOException {
    store.close();
    assertThat(secret).hasContent("54321");
    assertThat(Files.getPosixFilePermissions(secret)).isEqualTo(PosixFilePermissions.fromString("rw-rw----"));
  }

  private static StoredObject object(int byteSize) {
    return new StoredObject(new ObjectId("o"), Blob.layOut(List.of((long) byteSize)), Metadata.empty(), null, null);
  }

  private BlobStore.Draft draft(String content) {
    BlobStore.Draft draft = store.allocate(new ObjectId("o"), OptionalLong.of(content.length()));
    try (Extent extent = draft.openWriter()) {
      extent.write(ByteBuffer.wrap(content.getBytes(UTF_8)), 0);
    }
    return draft;
  }

  private BlobStore.Sealed put(String content) {
    BlobStore.Draft draft = draft(content);
    draft.freeze(object(content.length()));
    return draft.seal(object(content.length()));
  }

  private Path only(String part, String extension) throws IOException {
    try (Stream<Path> files = Files.walk(root.resolve(part))) {
      List<Path> all =
          files.filter(file -> file.getFileName().toString().endsWith(extension) && !Files.isDirectory(file)).toList();
      assertThat(all).hasSize(1);
      return all.getFirst();
    }
  }

  private static void fifo(Path at) throws Exception {
    Files.deleteIfExists(at);
    assertThat(new ProcessBuilder("mkfifo", at.toString()).start().waitFor()).isZero();
  }

  private static void link(Path at, Path target) throws IOException {
    Files.delete(at);
    Files.createSymbolicLink(at, target);
  }

  @Test
  void dataThatAreALinkAreNotServed() throws IOException {
    BlobStore.Sealed sealed = put(CONTENT);
    link(only("objects", DataFolder.DATA), secret);
    assertThatThrownBy(sealed::openReader).isInstanceOf(StorageException.class)
        .hasMessageContaining("somebody has put a link where only files belong; move it away");
    assertThat(Verification.of(root, Verification.Progress.NONE).damaged()).hasSize(1);
    restart();
    assertThat(found.objects()).isEmpty();
    assertThat(found.quarantined()).isEqualTo(1);
  }

  @Test
  void dataThatAreAnotherNameOfAFileAreNotServed() throws IOException {
    BlobStore.Sealed sealed = put(CONTENT);
    Path data = only("objects", DataFolder.DATA);
    Files.delete(data);
    Files.createLink(data, secret);
    assertThatThrownBy(sealed::openReader).isInstanceOf(StorageException.class)
        .hasMessageContaining("has 2 names, and may be written to; somebody has put a link where only files belong");
  }

  @Test
  void dataWithAnotherNameInABackupAreServed() throws IOException {
    BlobStore.Sealed sealed = put(CONTENT);
    Path data = only("objects", DataFolder.DATA);
    Files.createLink(root.resolveSibling("backup"), data);
    sealed.openReader().close();
  }

  @Test
  void dataThatAreGoneAreSaidToBe() throws IOException {
    BlobStore.Sealed sealed = put(CONTENT);
    Files.delete(only("objects", DataFolder.DATA));
    assertThatThrownBy(sealed::openReader).isInstanceOf(StorageException.class)
        .hasMessageContaining("ENOENT").hasMessageContaining(
            ": somebody has moved or removed it; put it back, or make anew what it was of");
  }

  @Test
  void dataThatAreAFifoHoldNobodyUp() throws Exception {
    BlobStore.Sealed sealed = put(""); // as long as a FIFO is
    fifo(only("objects", DataFolder.DATA));
    assertThatThrownBy(sealed::openReader).isInstanceOf(StorageException.class).hasMessageContaining("it is no file");
    assertThat(Verification.of(root, Verification.Progress.NONE).damaged()).hasSize(1);
    restart();
    assertThat(found.objects()).isEmpty();
  }

  @Test
  void dataOfAnotherUserAreNotServed() throws IOException {
    assumeTrue("root".equals(System.getProperty("user.name")), "only root can give files away");
    BlobStore.Sealed sealed = put(CONTENT);
    Files.setAttribute(only("objects", DataFolder.DATA), "unix:uid", 54_324);
    assertThatThrownBy(sealed::openReader).isInstanceOf(StorageException.class)
        .hasMessageContaining("belongs to uid 54324");
  }

  /** Such as that of somebody whose folder root looks after. */
  @Test
  void dataOfWhomTheFolderBelongsToAreServed() throws IOException {
    assumeTrue("root".equals(System.getProperty("user.name")), "only root can give files away");
    BlobStore.Sealed sealed = put(CONTENT);
    Path data = only("objects", DataFolder.DATA);
    Files.setAttribute(data, "unix:uid", 54_324);
    Files.setAttribute(data.getParent(), "unix:uid", 54_324);
    sealed.openReader().close();
  }

  @Test
  void aDraftThatWasReplacedIsNotSealed() throws Exception {
    BlobStore.Draft draft = draft(CONTENT);
    Path file = only("objects", DataFolder.DATA);
    link(file, secret);
    assertThatThrownBy(() -> draft.freeze(object(5))).isInstanceOf(StorageException.class)
        .hasMessageContaining("somebody has put a link where only files belong");
    Files.delete(file);
    Files.createLink(file, secret);
    assertThatThrownBy(() -> draft.freeze(object(5))).isInstanceOf(StorageException.class)
        .hasMessageContaining("the file has 2 names");
    fifo(file);
    assertThatThrownBy(() -> draft.freeze(object(5))).isInstanceOf(StorageException.class)
        .hasMessageContaining("it is no file");
    draft.discard();
    assertThat(file).doesNotExist();
  }

  /** Only as long as there is room for is disk taken, whatever the file's length says by then. */
  @Test
  void aDraftThatWasLengthenedTakesNoDisk() throws IOException {
    BlobStore.Draft draft = store.allocate(new ObjectId("o"), OptionalLong.empty());
    try (Extent writer = draft.openWriter()) {
      writer.write(ByteBuffer.wrap(new byte[1]), (64 << 20) - 1);
    }
    assertThatThrownBy(() -> draft.freeze(object(5))).isInstanceOf(StorageException.class)
        .hasMessageContaining("instead of 5");
    Path file = only("objects", DataFolder.DATA);
    assertThat((long) Files.getAttribute(file, "unix:ino")).isPositive();
    try (var data = io.packice.internal.os.Descriptor.open(file, Extent.Access.READ_ONLY)) {
      assertThat(data.allocatedBytes()).isLessThan(1 << 20);
    }
  }

  @Test
  void theLockIsNotFollowedEither() throws Exception {
    put(CONTENT).close();
    store.close();
    link(root.resolve("lock"), secret);
    assertThatThrownBy(this::restart).isInstanceOf(StorageException.class).hasMessageContaining("is no file");
    fifo(root.resolve("lock"));
    assertThatThrownBy(this::restart).isInstanceOf(StorageException.class).hasMessageContaining("is no file");
    Files.delete(root.resolve("lock"));
    restart();
    assertThat(found.objects()).hasSize(1);
  }

  @Test
  void norIsTheLog() throws Exception {
    put(CONTENT).close();
    store.close();
    Path log = root.resolve("seals.log");
    Path copy = Files.copy(log, root.resolveSibling("copy"));
    link(log, secret);
    assertThatThrownBy(this::restart).isInstanceOf(StorageException.class)
        .hasMessageContaining("somebody has put a link where only files belong");
    fifo(log);
    assertThatThrownBy(this::restart).isInstanceOf(StorageException.class).hasMessageContaining("it is no file");
    Files.move(copy, log, StandardCopyOption.REPLACE_EXISTING);
    restart();
    assertThat(found.objects()).hasSize(1);
  }

  @Test
  void whatStandsWhereTheLogIsWrittenAnewIsRemovedAndNotFollowed() throws Exception {
    BlobStore.Sealed sealed = put(CONTENT);
    store.close();
    Files.createSymbolicLink(root.resolve("seals.log.new"), secret);
    Files.delete(only("objects", DataFolder.DATA)); // so that the log is written anew
    restart();
    assertThat(found.objects()).isEmpty();
    assertThat(root.resolve("seals.log.new")).doesNotExist();
    sealed.close();
  }
}
