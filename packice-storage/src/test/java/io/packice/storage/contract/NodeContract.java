package io.packice.storage.contract;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.packice.storage.AbsentException;
import io.packice.storage.Capability;
import io.packice.storage.ChangedException;
import io.packice.storage.CopyOptions;
import io.packice.storage.CopySummary;
import io.packice.storage.DeniedException;
import io.packice.storage.ExistsException;
import io.packice.storage.NodeException;
import io.packice.storage.NodeOutputStream;
import io.packice.storage.NodeReader;
import io.packice.storage.NodeVersion;
import io.packice.storage.NodeWriter;
import io.packice.storage.Skip;
import io.packice.storage.Storage;
import io.packice.storage.StorageNode;
import io.packice.storage.UnsupportedException;
import io.packice.storage.WriteOptions;
import io.packice.storage.config.MountSettings;
import io.packice.storage.config.Permissions;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every service keeps to: what it declares works, what it does not declare is refused by one exception that names it. */
public abstract class NodeContract {
  /** The mount that is tested. */
  protected static final String MOUNT = "m";

  private static final int MIB = 1 << 20;

  /** The storage that is tested. */
  protected Storage storage;

  /** A storage whose mount {@link #MOUNT} is empty, or has only what {@link #seed} puts there. */
  protected abstract Storage open() throws Exception;

  /** What the service must be able to do, no more and no less. */
  protected abstract Set<Capability> declared();

  /** Puts a file where the service finds it, for services that do not write. */
  protected StorageNode seed(String path, byte[] bytes) throws Exception {
    return node(path).write(bytes);
  }

  /** Whether a file has the name that it is given; else its bytes make it. */
  protected boolean namesAreFree() {
    return true;
  }

  @BeforeEach
  final void openStorage() throws Exception {
    storage = open();
    storage.configure(List.of(new MountSettings("other", "memory", Permissions.FULL, Map.of()),
        new MountSettings("readonly", "relative", Permissions.READONLY, Map.of("node", MOUNT + ":")),
        new MountSettings("readwrite", "relative", Permissions.READWRITE, Map.of("node", MOUNT + ":"))));
  }

  @AfterEach
  final void closeStorage() {
    storage.close();
  }

  protected final StorageNode node(String path) {
    return storage.node(MOUNT, path);
  }

  private boolean can(Capability capability) {
    return declared().contains(capability);
  }

  private static void assertLacks(Capability capability, ThrowingCallable call) {
    assertThatExceptionOfType(UnsupportedException.class).isThrownBy(call)
        .satisfies(e -> assertThat(e.capability()).isEqualTo(capability)).withMessageContaining(capability.toString());
  }

  /** Bytes that differ everywhere, always the same. */
  protected static byte[] bytes(int count) {
    byte[] bytes = new byte[count];
    new Random(count).nextBytes(bytes);
    return bytes;
  }

  private static byte[] text(String text) {
    return text.getBytes(UTF_8);
  }

  @Test
  void declaresWhatItCan() {
    assertThat(storage.capabilities(MOUNT).all())
        .isEqualTo(declared().isEmpty() ? Set.of() : EnumSet.copyOf(declared()));
    declared().forEach(capability -> assertThat(storage.mountsWith(capability)).contains(MOUNT));
    EnumSet.complementOf(EnumSet.copyOf(declared()))
        .forEach(capability -> assertThat(storage.mountsWith(capability)).doesNotContain(MOUNT));
  }

  @Test
  void readsWhatIsThere() throws Exception {
    byte[] bytes = bytes(3 * MIB + 17);
    StorageNode file = seed("a file.bin", bytes);
    assertThat(file.exists()).isTrue();
    assertThat(file.isFile()).isTrue();
    assertThat(file.isFolder()).isFalse();
    assertThat(file.size()).isEqualTo(bytes.length);
    assertThat(file.read()).isEqualTo(bytes);
    try (InputStream in = file.inputStream()) {
      assertThat(in.readAllBytes()).isEqualTo(bytes);
    }
    try (NodeReader reader = file.open(); InputStream in = reader.stream(MIB)) {
      assertThat(reader.size()).hasValue(bytes.length);
      assertThat(in.readAllBytes()).isEqualTo(Arrays.copyOfRange(bytes, MIB, bytes.length));
    }
  }

  @Test
  void readsTextAndNothing() throws Exception {
    assertThat(seed("text", text("Grüße")).readText()).isEqualTo("Grüße");
    StorageNode empty = seed("empty", new byte[0]);
    assertThat(empty.read()).isEmpty();
    assertThat(empty.size()).isZero();
    assertThat(empty.hashes().md5()).isEqualTo("d41d8cd98f00b204e9800998ecf8427e");
  }

  @Test
  void readsRangesIntoMemory() throws Exception {
    byte[] bytes = bytes(2 * MIB + 5);
    StorageNode file = seed("ranges", bytes);
    if (!can(Capability.RANGE)) {
      assertLacks(Capability.RANGE, () -> file.read(7, MemorySegment.ofArray(new byte[3])));
      return;
    }
    try (Arena arena = Arena.ofShared(); NodeReader reader = file.open()) {
      MemorySegment whole = arena.allocate(bytes.length);
      try (ExecutorService threads = Executors.newFixedThreadPool(3)) {
        List<Future<?>> reads = new ArrayList<>();
        for (int at = 0; at < bytes.length; at += 500_001) {
          int from = at;
          reads.add(
              threads.submit(() -> reader.read(from, whole.asSlice(from, Math.min(500_001, bytes.length - from)))));
        }
        for (Future<?> read : reads) {
          read.get();
        }
      }
      assertThat(whole.mismatch(MemorySegment.ofArray(bytes))).isEqualTo(-1);
      byte[] last = new byte[1];
      file.read(bytes.length - 1, MemorySegment.ofArray(last));
      assertThat(last[0]).isEqualTo(bytes[bytes.length - 1]);
      reader.read(bytes.length, arena.allocate(0));
      assertThatExceptionOfType(ChangedException.class)
          .isThrownBy(() -> reader.read(bytes.length - 1, arena.allocate(2)));
      assertThatThrownBy(() -> reader.read(-1, arena.allocate(1))).isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void isAChannel() throws Exception {
    byte[] bytes = bytes(100_000);
    StorageNode file = seed("channel", bytes);
    if (!can(Capability.RANGE)) {
      return;
    }
    try (SeekableByteChannel channel = file.channel()) {
      assertThat(channel.size()).isEqualTo(bytes.length);
      ByteBuffer buffer = ByteBuffer.allocate(1_000);
      channel.position(50_000);
      assertThat(channel.read(buffer)).isEqualTo(1_000);
      assertThat(buffer.array()).isEqualTo(Arrays.copyOfRange(bytes, 50_000, 51_000));
      assertThat(channel.position()).isEqualTo(51_000);
      assertThat(channel.position(bytes.length).read(buffer.clear())).isEqualTo(-1);
    }
  }

  @Test
  void whatIsNotThereIsAbsent() throws Exception {
    StorageNode none = node(namesAreFree() ? "no/such/file" : "!");
    assertThat(none.exists()).isFalse();
    assertThat(none.isFile()).isFalse();
    assertThat(none.isFolder()).isFalse();
    for (ThrowingCallable call : List.<ThrowingCallable>of(none::info, none::read, none::size, none::inputStream,
        () -> none.copyTo(storage.node("other:x"), CopyOptions.DEFAULT))) {
      assertThatExceptionOfType(AbsentException.class).isThrownBy(call).withMessageMatching("Cannot .*; .*");
    }
    assertThatExceptionOfType(AbsentException.class).isThrownBy(() -> storage.node("none:x"));
  }

  @Test
  void pathsStayWithinTheMount() {
    for (String path : List.of("..", "../x", "a/../../x", "/etc/passwd", "a\0b", "./a", "a//b", "a/..")) {
      assertThatExceptionOfType(DeniedException.class).as(path).isThrownBy(() -> node(path))
          .withMessageContaining(MOUNT);
      assertThatExceptionOfType(DeniedException.class).as(path).isThrownBy(() -> node("a").resolve(path));
    }
  }

  @Test
  void writesWholeFiles() throws Exception {
    if (!can(Capability.WRITE)) {
      assertLacks(Capability.WRITE, () -> node("w").write(text("x")));
      assertLacks(Capability.WRITE, () -> node("w").outputStream(WriteOptions.DEFAULT));
      assertLacks(Capability.WRITE,
          () -> storage.node("other:x").write(text("x")).copyTo(node("w"), CopyOptions.DEFAULT));
      return;
    }
    byte[] bytes = bytes(MIB + 1);
    StorageNode written;
    try (NodeWriter writer = node("w").writer(WriteOptions.DEFAULT)) {
      writer.write(MemorySegment.ofArray(bytes).asSlice(0, 10));
      try (Arena arena = Arena.ofConfined()) {
        MemorySegment rest = arena.allocate(bytes.length - 10);
        rest.copyFrom(MemorySegment.ofArray(bytes).asSlice(10));
        writer.write(rest);
      }
      written = node(writer.commit().path());
    }
    assertThat(written.read()).isEqualTo(bytes);
    try (NodeOutputStream out = node("w").outputStream(WriteOptions.DEFAULT)) {
      for (int i = 0; i < 100_000; i++) {
        out.write(bytes[i]);
      }
      out.write(bytes, 100_000, bytes.length - 100_000);
      assertThat(node(out.commit().path()).size()).isEqualTo(bytes.length);
    }
    assertThat(written.read()).isEqualTo(bytes);
  }

  @Test
  void replacesOrRefusesWhatIsThere() {
    if (!can(Capability.WRITE) || !namesAreFree()) {
      return;
    }
    node("deep/down/x").writeText("one");
    node("deep/down/x").writeText("two");
    assertThat(node("deep/down/x").readText()).isEqualTo("two");
    assertThatExceptionOfType(ExistsException.class)
        .isThrownBy(() -> node("deep/down/x").write(text("three"), WriteOptions.DEFAULT.createOnly()));
    assertThat(node("deep/down/x").readText()).isEqualTo("two");
    assertThat(node("new").write(text("n"), WriteOptions.DEFAULT.createOnly()).readText()).isEqualTo("n");
  }

  @Test
  void aWriterThatFailsLeavesNothing() throws Exception {
    if (!can(Capability.WRITE) || !namesAreFree()) {
      return;
    }
    node("kept").writeText("before");
    for (String path : List.of("kept", "never")) {
      NodeWriter writer = node(path).writer(WriteOptions.DEFAULT);
      writer.write(MemorySegment.ofArray(bytes(200_000)));
      if (can(Capability.LIST)) {
        assertThat(node("").children().map(StorageNode::name)).containsExactly("kept");
      }
      writer.close();
      writer.close();
      assertThatThrownBy(() -> writer.write(MemorySegment.ofArray(new byte[1])))
          .isInstanceOf(IllegalStateException.class);
    }
    assertThat(node("kept").readText()).isEqualTo("before");
    assertThat(node("never").exists()).isFalse();
    if (can(Capability.LIST)) {
      assertThat(node("").children().map(StorageNode::name)).containsExactly("kept");
    }
  }

  @Test
  void aReaderNeverSeesTwoFilesMixed() throws Exception {
    if (!can(Capability.WRITE) || !can(Capability.ATOMIC) || !namesAreFree()) {
      return;
    }
    byte[] before = bytes(MIB);
    byte[] after = bytes(MIB + 1);
    node("x").write(before);
    try (NodeReader reader = node("x").open()) {
      assertThat(reader.isStillCurrent()).isTrue();
      byte[] start = new byte[10];
      reader.read(0, MemorySegment.ofArray(start));
      node("x").write(after);
      assertThat(reader.isStillCurrent()).isFalse();
      byte[] end = new byte[10];
      try {
        reader.read(500_000, MemorySegment.ofArray(end));
        assertThat(end).isEqualTo(Arrays.copyOfRange(before, 500_000, 500_010));
      } catch (ChangedException refused) {
        assertThat(refused).hasMessageContaining("x");
      }
    }
    assertThat(node("x").read()).isEqualTo(after);
  }

  @Test
  void deletes() throws Exception {
    if (!can(Capability.DELETE)) {
      StorageNode file = seed("d", text("d"));
      assertLacks(Capability.DELETE, file::delete);
      assertLacks(Capability.DELETE, file::deleteTree);
      assertLacks(Capability.DELETE, () -> file.moveTo(storage.node("other:d"), CopyOptions.DEFAULT));
      assertThat(file.exists()).isTrue();
      return;
    }
    StorageNode file = seed("d/one", text("d"));
    file.delete();
    assertThat(file.exists()).isFalse();
    assertThatExceptionOfType(AbsentException.class).isThrownBy(file::delete);
    assertThatExceptionOfType(DeniedException.class).isThrownBy(() -> node("").delete());
    for (int i = 0; i < 12; i++) {
      seed("d/tree/" + i % 3 + "/" + i, text("x"));
    }
    assertThatExceptionOfType(NodeException.class).isThrownBy(() -> node("d/tree").delete());
    assertThat(node("d").deleteTree()).isEqualTo(12);
    assertThat(node("d").exists()).isFalse();
    assertThat(node("d/tree/1/1").exists()).isFalse();
  }

  @Test
  void listsFolders() throws Exception {
    StorageNode one = seed("l/one.txt", text("1"));
    if (!can(Capability.LIST)) {
      assertLacks(Capability.LIST, () -> node("").children().toList());
      assertLacks(Capability.LIST, () -> node("").walk().toList());
      return;
    }
    seed("l/two.csv", text("22"));
    seed("l/deep/down/three.csv", text("333"));
    seed("l-other", text("x"));
    assertThat(node("l").isFolder()).isTrue();
    assertThat(node("l").isFile()).isFalse();
    List<StorageNode> children = node("l").children().toList();
    assertThat(children).extracting(StorageNode::path).containsExactlyInAnyOrder("l/one.txt", "l/two.csv", "l/deep");
    assertThat(children).filteredOn(StorageNode::isFolder).extracting(StorageNode::name).containsExactly("deep");
    assertThat(children).filteredOn(child -> child.name().equals("two.csv"))
        .allSatisfy(child -> assertThat(child.size()).isEqualTo(2));
    assertThat(node("l").walk().filter(StorageNode::isFile)).extracting(StorageNode::path)
        .containsExactlyInAnyOrder("l/one.txt", "l/two.csv", "l/deep/down/three.csv");
    assertThat(node("").glob("l/**/*.csv")).extracting(StorageNode::path).containsExactlyInAnyOrder("l/two.csv",
        "l/deep/down/three.csv");
    assertThat(node("l").glob("*.txt")).containsExactly(one);
    assertThat(storage.node("readonly:l").children()).extracting(StorageNode::toString).contains("readonly:l/one.txt");
    assertThatExceptionOfType(AbsentException.class).isThrownBy(() -> node("none").children().toList());
  }

  @Test
  void keepsOddNamesOrRefusesThem() throws Exception {
    if (!namesAreFree() || !can(Capability.LIST)) {
      return;
    }
    List<String> usual =
        List.of("with space", "a+b", "50%", "%41", "#hash", "q?x=1&y", "ünïcødé-日本", "semi;colon", "tilde~");
    List<String> kept = new ArrayList<>();
    for (String name : Stream.concat(usual.stream(), Stream.of("quote'\"s", "[x]{y}", "a\\b", "*", "...")).toList()) {
      try {
        seed("odd/" + name, text(name));
        kept.add(name);
      } catch (DeniedException refused) {
        assertThat(refused).hasMessageMatching("Cannot .*; .*");
      }
    }
    assertThat(kept).containsAll(usual);
    assertThat(node("odd").children().map(StorageNode::name)).containsExactlyInAnyOrderElementsOf(kept);
    for (String name : kept) {
      assertThat(node("odd/" + name).readText()).isEqualTo(name);
    }
  }

  @Test
  void appends() throws Exception {
    if (!can(Capability.APPEND)) {
      StorageNode file = seed("a", text("one"));
      assertLacks(Capability.APPEND, () -> file.append(text("two")));
      assertThat(file.readText()).isEqualTo("one");
      return;
    }
    node("log/a").append(text("one"));
    node("log/a").append(text("two"));
    assertThat(node("log/a").readText()).isEqualTo("onetwo");
    assertThat(node("log/a").size()).isEqualTo(6);
  }

  @Test
  void hasFoldersOfTheirOwn() throws Exception {
    if (!can(Capability.FOLDERS)) {
      assertLacks(Capability.FOLDERS, () -> node("folder").makeFolder());
      return;
    }
    StorageNode folder = node("f/g/h").makeFolder();
    folder.makeFolder();
    assertThat(folder.isFolder()).isTrue();
    assertThat(folder.children()).isEmpty();
    assertThat(node("f").children().map(StorageNode::path)).containsExactly("f/g");
    assertThatExceptionOfType(ExistsException.class).isThrownBy(() -> folder.writeText("x"));
    assertThatExceptionOfType(ExistsException.class).isThrownBy(() -> node("f").delete());
    node("f/file").writeText("x");
    assertThatExceptionOfType(ExistsException.class).isThrownBy(() -> node("f/file").makeFolder());
    assertThatExceptionOfType(ExistsException.class).isThrownBy(() -> node("f/file/below").writeText("x"));
    folder.delete();
    assertThat(folder.exists()).isFalse();
  }

  @Test
  void keepsVersions() throws Exception {
    if (!can(Capability.VERSIONS)) {
      StorageNode file = seed("v", text("one"));
      assertLacks(Capability.VERSIONS, () -> file.versions().list());
      assertLacks(Capability.VERSIONS, () -> file.versions().delete("1"));
      return;
    }
    StorageNode file = node("v/x");
    for (String content : List.of("one", "two", "two", "four")) {
      file.writeText(content);
    }
    List<NodeVersion> versions = file.versions().list();
    assertThat(versions).hasSize(4).extracting(NodeVersion::size).containsExactly(4L, 3L, 3L, 3L);
    assertThat(file.versions().index(-1).readText()).isEqualTo("four");
    assertThat(file.versions().index(0).readText()).isEqualTo("one");
    assertThat(file.versions().id(versions.get(1).id()).readText()).isEqualTo("two");
    assertThat(file.versions().asOf(versions.getFirst().modified()).readText()).isEqualTo("four");
    assertThatExceptionOfType(AbsentException.class).isThrownBy(() -> file.versions().index(4));
    assertThatExceptionOfType(AbsentException.class)
        .isThrownBy(() -> file.versions().asOf(versions.getLast().modified().minusSeconds(3_600)));
    assertThat(file.versions().duplicates()).extracting(NodeVersion::id).containsExactly(versions.get(1).id());
    assertThat(file.versions().list()).hasSize(4);
    file.versions().removeDuplicates();
    assertThat(file.versions().list()).extracting(NodeVersion::id)
        .containsExactly(versions.get(0).id(), versions.get(2).id(), versions.get(3).id());
    file.versions().delete(versions.get(3).id());
    assertThat(file.versions().index(0).readText()).isEqualTo("two");
    assertThat(file.readText()).isEqualTo("four");
    assertThatExceptionOfType(DeniedException.class)
        .isThrownBy(() -> storage.node("readwrite:v/x").versions().delete(versions.get(2).id()));
  }

  @Test
  void keepsMetadata() throws Exception {
    Map<String, String> metadata = Map.of("colour", "red", "made-by", "a test");
    if (!can(Capability.METADATA)) {
      StorageNode file = seed("meta", text("x"));
      assertLacks(Capability.METADATA, file::metadata);
      assertLacks(Capability.METADATA, () -> file.setMetadata(metadata));
      if (can(Capability.WRITE)) {
        assertLacks(Capability.METADATA,
            () -> node("meta").write(text("x"), WriteOptions.DEFAULT.withMetadata(metadata)));
      }
      return;
    }
    StorageNode file = node("meta").write(text("x"), WriteOptions.DEFAULT.withMetadata(metadata));
    assertThat(file.metadata()).isEqualTo(metadata);
    file.copyTo(node("copy"), CopyOptions.DEFAULT);
    file.copyTo(storage.node("other:copy"), CopyOptions.DEFAULT);
    storage.node("other:copy").copyTo(node("back"), CopyOptions.DEFAULT);
    assertThat(List.of(node("copy").metadata(), storage.node("other:copy").metadata(), node("back").metadata()))
        .containsOnly(metadata);
    file.copyTo(node("bare"), CopyOptions.DEFAULT.withoutMetadata());
    assertThat(node("bare").metadata()).isEmpty();
    file.setMetadata(Map.of("colour", "blue"));
    assertThat(file.metadata()).isEqualTo(Map.of("colour", "blue"));
    assertThat(file.readText()).isEqualTo("x");
    assertThatExceptionOfType(DeniedException.class)
        .isThrownBy(() -> storage.node("readonly:meta").setMetadata(Map.of()));
  }

  @Test
  void presigns() throws Exception {
    StorageNode file = seed("signed", text("for you"));
    if (!can(Capability.PRESIGN)) {
      assertLacks(Capability.PRESIGN, () -> file.presignRead(Duration.ofMinutes(1)));
      assertLacks(Capability.PRESIGN, () -> file.presignWrite(Duration.ofMinutes(1)));
      return;
    }
    try (InputStream in = file.presignRead(Duration.ofMinutes(1)).toURL().openStream()) {
      assertThat(new String(in.readAllBytes(), UTF_8)).isEqualTo("for you");
    }
  }

  @Test
  void copiesWithinTheService() throws Exception {
    byte[] bytes = bytes(300_000);
    StorageNode file = seed("c/x", bytes);
    if (!can(Capability.WRITE) || !namesAreFree()) {
      return;
    }
    CopySummary summary = file.copyTo(node("c2/y"), CopyOptions.DEFAULT);
    assertThat(summary.copied()).isEqualTo(1);
    assertThat(summary.bytes()).isEqualTo(bytes.length);
    assertThat(node("c2/y").read()).isEqualTo(bytes);
    assertThat(file.read()).isEqualTo(bytes);
    assertThatThrownBy(() -> file.copyTo(file, CopyOptions.DEFAULT)).isInstanceOf(IllegalArgumentException.class);
    if (can(Capability.DELETE)) {
      file.moveTo(node("c3/z"), CopyOptions.DEFAULT);
      assertThat(file.exists()).isFalse();
      assertThat(node("c3/z").read()).isEqualTo(bytes);
    }
  }

  @Test
  void copiesTreesOutAndIn() throws Exception {
    if (!can(Capability.LIST)) {
      return;
    }
    for (int i = 0; i < 30; i++) {
      seed("tree/" + i % 4 + "/" + i + (i % 2 == 0 ? ".csv" : ".txt"), bytes(i * 100));
    }
    CopySummary out = node("tree").copyTo(storage.node("other:tree"), CopyOptions.DEFAULT.excluding("*.txt"));
    assertThat(out.copied()).isEqualTo(15);
    assertThat(out.skipped()).isEqualTo(15);
    assertThat(storage.node("other:tree/2/2.csv").hashes().sameAs(node("tree/2/2.csv"))).isTrue();
    CopySummary again = node("tree").copyTo(storage.node("other:tree"), CopyOptions.DEFAULT.withSkip(Skip.HASH));
    assertThat(again.copied()).isEqualTo(15);
    assertThat(again.skipped()).isEqualTo(15);
    if (!can(Capability.WRITE)) {
      return;
    }
    storage.node("other:tree").copyTo(node("back"), CopyOptions.DEFAULT.withParallel(3));
    assertThat(node("back").walk().filter(StorageNode::isFile).count()).isEqualTo(30);
    assertThat(node("back/3/27.txt").read()).isEqualTo(bytes(2_700));
  }

  @Test
  void hashesAreThoseOfTheBytes() throws Exception {
    byte[] bytes = bytes(700_000);
    StorageNode file = seed("hash", bytes);
    assertThat(file.hashes().md5()).isEqualTo(hex("MD5", bytes));
    assertThat(file.hashes().sha256()).isEqualTo(hex("SHA-256", bytes));
    boolean known = file.info().details().md5() != null || file.info().details().sha256() != null;
    assertThat(known).isEqualTo(can(Capability.HASH));
    storage.node("other:hash").write(bytes);
    assertThat(file.hashes().sameAs(storage.node("other:hash"))).isTrue();
    byte[] other = bytes.clone();
    other[1]++;
    storage.node("other:hash").write(other);
    assertThat(file.hashes().sameAs(storage.node("other:hash"))).isFalse();
  }

  private static String hex(String algorithm, byte[] bytes) throws NoSuchAlgorithmException {
    return HexFormat.of().formatHex(MessageDigest.getInstance(algorithm).digest(bytes));
  }

  @Test
  void permissionsNarrowWhatIsDone() throws Exception {
    StorageNode file = seed("p/x", text("x"));
    String path = file.path();
    assertThat(storage.node("readonly", path).readText()).isEqualTo("x");
    if (can(Capability.WRITE)) {
      assertThatExceptionOfType(DeniedException.class).isThrownBy(() -> storage.node("readonly:p/y").writeText("y"))
          .withMessageContaining("readonly");
      assertThat(storage.node("readwrite:p/y").writeText("y").readText()).isEqualTo("y");
      assertThat(storage.node("readonly", path).capabilities().has(Capability.WRITE)).isFalse();
    }
    if (can(Capability.DELETE)) {
      for (String mount : List.of("readonly", "readwrite")) {
        StorageNode there = storage.node(mount, path);
        assertThatExceptionOfType(DeniedException.class).isThrownBy(there::delete);
        assertThatExceptionOfType(DeniedException.class)
            .isThrownBy(() -> there.moveTo(storage.node("other:x"), CopyOptions.DEFAULT));
        assertThat(there.capabilities().has(Capability.DELETE)).isFalse();
      }
    }
    assertThat(file.readText()).isEqualTo("x");
  }

  @Test
  void whatIsOpenOutlivesItsMount() throws Exception {
    byte[] bytes = bytes(400_000);
    StorageNode file = seed("open", bytes);
    try (InputStream in = file.inputStream()) {
      ByteArrayOutputStream read = new ByteArrayOutputStream();
      read.write(in.readNBytes(1_000));
      storage.configure(List.of(new MountSettings(MOUNT, "memory", Permissions.FULL, Map.of())));
      assertThat(file.exists()).isFalse();
      in.transferTo(read);
      assertThat(read.toByteArray()).isEqualTo(bytes);
    }
  }

  @Test
  void aClosedStorageSaysSo() throws IOException {
    storage.close();
    storage.close();
    assertThatThrownBy(() -> storage.node(MOUNT, "x")).isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("closed");
  }
}
