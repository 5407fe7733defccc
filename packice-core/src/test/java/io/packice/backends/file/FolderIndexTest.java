package io.packice.backends.file;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.packice.contract.ManualTime;
import io.packice.contract.MemoryDisk;
import io.packice.core.Blob;
import io.packice.core.BlobStore;
import io.packice.core.Extent;
import io.packice.core.Metadata;
import io.packice.core.ObjectId;
import io.packice.core.StoredObject;
import io.packice.internal.os.Descriptor;
import io.packice.internal.os.FileStamp;
import io.packice.internal.os.PosixFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is served never depends on the index, whatever has become of it; and it is used. */
final class FolderIndexTest {
  private static final int OBJECTS = 20;
  private final List<FileBlobStore> opened = new ArrayList<>();
  private DataFolder folder;

  @BeforeEach
  void fill(@TempDir(factory = MemoryDisk.class) Path scratch) {
    folder = DataFolder.create(scratch.resolve("data"));
    FileBlobStore store = start();
    IntStream.range(0, OBJECTS).forEach(i -> put(store, "a" + i));
    store.close();
  }

  @AfterEach
  void stop() {
    opened.forEach(FileBlobStore::close);
  }

  private FileBlobStore start() {
    FileBlobStore store = FileBlobStore.open(folder.root(), new ManualTime());
    opened.add(store);
    return store;
  }

  private static BlobStore.Sealed put(FileBlobStore store, String id) {
    byte[] content = id.getBytes(UTF_8);
    StoredObject object = new StoredObject(new ObjectId(id), Blob.layOut(List.of((long) content.length)),
        Metadata.empty(), null, null);
    BlobStore.Draft draft = store.allocate(object.id(), OptionalLong.of(content.length));
    try (Extent extent = draft.openWriter()) {
      extent.write(ByteBuffer.wrap(content), 0);
    }
    draft.freeze(object);
    return draft.seal(object);
  }

  private List<FileName> names() {
    return folder.shards().stream().flatMap(shard -> DataFolder.names(shard).stream())
        .filter(file -> file.endsWith(DataFolder.MANIFEST))
        .map(file -> FileName.parse(file.substring(0, file.indexOf('.')))).toList();
  }

  private long found() {
    try (FolderIndex index = FolderIndex.open(folder)) {
      return names().stream().filter(name -> entry(index, name) != null).count();
    }
  }

  private @Nullable IndexEntry entry(FolderIndex index, FileName name) {
    IndexImage image = index.image();
    int number = image.find(name.toString().getBytes(US_ASCII), 0);
    IndexEntry entry = number < 0 ? null : image.new Reader().entry(number, name);
    return entry != null && entry.stamp().equals(PosixFiles.stamp(folder.manifest(name).toString())) ? entry : null;
  }

  private void assertAllIsServed() {
    try (FileBlobStore store = start()) {
      BlobStore.Recovery recovery = store.recover();
      assertThat(recovery.objects()).hasSize(OBJECTS);
      assertThat(recovery.quarantined()).isZero();
    }
  }

  @Test
  void holdsWhatWasSealed() throws Exception {
    try (FolderIndex index = FolderIndex.open(folder)) {
      for (FileName name : names()) {
        Manifest manifest = manifest(name);
        IndexEntry entry = Objects.requireNonNull(entry(index, name));
        assertThat(entry.object()).isEqualTo(manifest.object());
        assertThat(entry.sealedAt()).isEqualTo(manifest.sealedAt());
      }
    }
    assertAllIsServed();
  }

  @Test
  void aManifestThatWasTouchedIsReadItself() throws Exception {
    Path manifest = folder.manifest(names().getFirst());
    byte[] bytes = Files.readAllBytes(manifest);
    Files.delete(manifest);
    Files.write(manifest, bytes);

    assertThat(found()).isEqualTo(OBJECTS - 1);
    assertAllIsServed();
    assertThat(found()).as("after a start that read it").isEqualTo(OBJECTS);
  }

  @Test
  void aManifestThatCannotBeLookedAtStopsNoStart() throws Exception {
    Path manifest = folder.manifest(names().getFirst());
    Files.delete(manifest);
    Files.createSymbolicLink(manifest, Path.of("nowhere"));
    try (FileBlobStore store = start()) {
      assertThat(store.recover().objects()).hasSize(OBJECTS - 1);
    }
  }

  @Test
  void whatIsLostIsMadeAnew() throws Exception {
    Files.delete(folder.index());
    assertAllIsServed();
    assertThat(found()).isEqualTo(OBJECTS);
  }

  @Test
  void whatIsCutShortIsUsedUpToThere() throws Exception {
    byte[] whole = Files.readAllBytes(folder.index());
    Files.write(folder.index(), Arrays.copyOf(whole, whole.length / 2));
    assertThat(found()).isEqualTo(OBJECTS / 2);
    assertAllIsServed();
    assertThat(found()).isEqualTo(OBJECTS);
  }

  @Test
  void noDamageOfTheIndexIsOneOfAnObject() throws Exception {
    byte[] whole = Files.readAllBytes(folder.index());
    for (long seed = 0; seed < 100; seed++) {
      Random random = new Random(seed);
      byte[] damaged = whole.clone();
      for (int i = 0; i < 1 + random.nextInt(20); i++) {
        damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
      }
      Files.write(folder.index(), damaged);
      try (FileBlobStore store = start()) {
        assertThat(store.recover().objects()).as("objects with seed " + seed).hasSize(OBJECTS);
      }
    }
    assertThat(DataFolder.names(folder.quarantine())).isEmpty();
  }

  @Test
  void aFileThatIsCutOffWhileItIsReadHasNoEntriesAnyMore() throws IOException {
    try (FolderIndex index = FolderIndex.open(folder)) {
      assertThat(entry(index, names().getFirst())).isNotNull();
      Files.write(folder.index(), new byte[0]);
      assertThat(names()).allSatisfy(name -> assertThat(entry(index, name)).isNull());
    }
    assertAllIsServed();
  }

  @Test
  void aFolderInItsPlaceCostsNothingButTime() throws IOException {
    Files.delete(folder.index());
    Files.createDirectory(folder.index());
    assertAllIsServed();
    try (FileBlobStore store = start()) {
      store.recover();
      put(store, "another").discard();
    }
    assertAllIsServed();
  }

  @Test
  void anEntryHasAllThatAManifestSays() {
    StoredObject object = new StoredObject(new ObjectId("données/ü"), Blob.layOut(List.of(5L, 0L, 1L << 40)),
        Metadata.parse("{\"kind\":\"ü\"}"), "group", Duration.ofMillis(1), OptionalLong.of(1000));
    IndexEntry entry = new IndexEntry(new FileStamp(1, 2, 3, 4), FileName.of(object.id(), Long.MAX_VALUE), object,
        Instant.ofEpochSecond(5, 6));
    byte[] bytes = entry.toBytes();

    assertThat(IndexEntry.byteSize(bytes)).isEqualTo(bytes.length);
    assertThat(IndexEntry.isWhole(bytes, bytes.length)).isTrue();
    assertThat(FileName.parse(bytes, IndexEntry.NAME_OFFSET)).isEqualTo(entry.name());
    assertThat(IndexEntry.read(bytes, bytes.length, entry.name())).isEqualTo(entry);
    for (int length = IndexEntry.NAME_OFFSET + FileName.DIGITS; length < bytes.length; length++) {
      byte[] cut = Arrays.copyOf(bytes, length);
      assertThat(IndexEntry.isWhole(cut, length)).as("of the first %d bytes", length).isFalse();
      assertThat(IndexEntry.read(cut, length, entry.name())).as("of the first %d bytes", length).isNull();
    }
  }

  @Test
  void anIndexThatIsCutAnywhereHasTheEntriesBeforeThatPlace() throws Exception {
    byte[] whole = Files.readAllBytes(folder.index());
    List<Integer> ends = new ArrayList<>(List.of(0));
    while (ends.getLast() < whole.length) {
      ends.add(ends.getLast() + IndexEntry.byteSize(Arrays.copyOfRange(whole, ends.getLast(), whole.length)));
    }
    assertThat(ends).hasSize(OBJECTS + 1).endsWith(whole.length);
    for (int length = whole.length; length >= 0; length -= 29) {
      int cut = length;
      List<Integer> reached = ends.stream().filter(end -> end <= cut).toList();
      Files.write(folder.index(), Arrays.copyOf(whole, length));
      try (Descriptor file = Descriptor.open(folder.index(), Extent.Access.READ_ONLY);
          IndexImage image = IndexImage.of(file)) {
        assertThat(image.end()).as("of %d bytes", length).isEqualTo((long) reached.getLast());
        assertThat(image.entries()).as("of %d bytes", length).isEqualTo(reached.size() - 1L);
      }
    }
  }

  @Test
  void whatIsServedIsInTheOrderOfItsSeals() throws Exception {
    List<ObjectId> sealed = IntStream.range(0, OBJECTS).mapToObj(i -> new ObjectId("a" + i)).toList();
    assertThat(served()).as("with the index of the seals").isEqualTo(sealed);
    Files.delete(folder.index());
    assertThat(served()).as("without an index").isEqualTo(sealed);
    assertThat(served()).as("with the index of a start").isEqualTo(sealed);
  }

  private List<ObjectId> served() {
    try (FileBlobStore store = start()) {
      return store.recover().objects().stream().map(found -> found.object().id()).toList();
    }
  }

  private int byteSize(FileName name) throws IOException {
    return (int) Files.size(folder.manifest(name));
  }

  private Manifest manifest(FileName name) throws Exception {
    return Manifest.parse(Files.readAllBytes(folder.manifest(name)));
  }

  @Test
  void whatIsGoneIsLeftOutOnceItIsMostOfIt() throws Exception {
    List<FileName> names = names();
    Manifest manifest = manifest(names.getFirst());
    int byteSize = manifest.toBytes().length;
    try (FolderIndex index = FolderIndex.open(folder)) {
      for (int i = 0; i < 10_000; i++) { // entries of one that are followed by others of it
        index.add(names.getFirst(), manifest.object(), manifest.sealedAt(), byteSize);
      }
      index.tidy(names.size(), () -> Set.copyOf(names));
      assertThat(Files.size(folder.index())).as("not yet").isGreaterThan(10_000L * byteSize / 2);
      IntStream.range(0, 2 * OBJECTS)
          .forEach(_ -> index.add(names.getFirst(), manifest.object(), manifest.sealedAt(), byteSize));
      index.tidy(names.size(), () -> Set.copyOf(names));
      assertThat(Files.size(folder.index())).isLessThan(2L * OBJECTS * byteSize);
      Manifest last = manifest(names.getLast());
      index.add(names.getLast(), last.object(), last.sealedAt(), byteSize(names.getLast()));
    }
    assertThat(found()).isEqualTo(OBJECTS);
    assertAllIsServed();
  }
}
