package io.packice.storage.local;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.packice.contract.SmallDisk;
import io.packice.storage.AbsentException;
import io.packice.storage.ChangedException;
import io.packice.storage.CopyException;
import io.packice.storage.CopyOptions;
import io.packice.storage.DeniedException;
import io.packice.storage.NodeException;
import io.packice.storage.NodeWriter;
import io.packice.storage.Storage;
import io.packice.storage.StorageNode;
import io.packice.storage.WriteOptions;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Nothing leads out of a local mount, and nothing half stays in it. */
class LocalEscapesTest {
  @TempDir Path folder;
  private Path root;
  private Path outside;
  private Storage storage;

  @BeforeEach
  void open() throws IOException {
    root = Files.createDirectory(folder.resolve("root"));
    outside = Files.createDirectory(folder.resolve("outside"));
    Files.writeString(outside.resolve("secret"), "secret");
    storage = Storage.builder().mount("m", "local", Map.of("path", root)).build();
  }

  @AfterEach
  void close() {
    storage.close();
  }

  private StorageNode node(String path) {
    return storage.node("m", path);
  }

  @Test
  void linksOutAreRefused() throws IOException {
    Files.createSymbolicLink(root.resolve("folder"), outside);
    Files.createSymbolicLink(root.resolve("file"), outside.resolve("secret"));
    Files.createSymbolicLink(root.resolve("up"), Path.of(".."));
    for (ThrowingCallable call : List.<ThrowingCallable>of(() -> node("folder/secret").read(),
        () -> node("file").read(), () -> node("up/outside/secret").read(),
        () -> node("folder/secret").exists(), () -> node("folder").children().toList(),
        () -> node("folder/new").writeText("x"),
        () -> node("folder/a/b").makeFolder(), () -> node("folder/secret").delete(),
        () -> node("file").append(new byte[1]),
        () -> node("up/root2/x").writeText("x"))) {
      assertThatExceptionOfType(DeniedException.class).isThrownBy(call)
          .withMessageContaining("leads out of the mount's root");
    }
    assertThat(storage.node("m:").children()).isEmpty();
    assertThat(storage.node("m:").walk()).isEmpty();
    node("file").writeText("replaces the link, not what it leads to");
    assertThat(outside.resolve("secret")).content().isEqualTo("secret");
    try (Stream<Path> files = Files.list(outside)) {
      assertThat(files).hasSize(1);
    }
  }

  @Test
  void linksWithinAreFollowed() throws IOException {
    node("real/x").writeText("x");
    Files.createSymbolicLink(root.resolve("link"), Path.of("real"));
    Files.createSymbolicLink(root.resolve("dead"), Path.of("nowhere"));
    assertThat(node("link/x").readText()).isEqualTo("x");
    assertThat(node("").children().map(StorageNode::name)).containsExactly("link", "real");
    assertThat(node("dead").exists()).isFalse();
    node("link/y").writeText("y");
    assertThat(root.resolve("real/y")).content().isEqualTo("y");
  }

  /** A folder that becomes a link out again and again: what is read is ours, or refused; what is written never comes out there. */
  @Test
  void linksThatComeInBetweenAreNotFollowed() throws Exception {
    node("f/secret").writeText("ours");
    Path mine = root.resolve("f");
    Path aside = root.resolve("aside");
    AtomicBoolean stop = new AtomicBoolean();
    Thread swapper = Thread.ofPlatform().start(() -> {
      while (!stop.get()) {
        try {
          Files.move(mine, aside);
          Files.createSymbolicLink(mine, outside);
          Files.delete(mine);
          Files.move(aside, mine);
        } catch (IOException e) {
          // a writer made the folder anew meanwhile: another round
        }
      }
    });
    try {
      for (int i = 0; i < 1_500; i++) {
        try {
          assertThat(node("f/secret").readText()).isEqualTo("ours");
        } catch (NodeException refused) {
          assertThat(refused).hasMessageStartingWith("Cannot ");
        }
        try {
          node("f/written" + i % 3).append(new byte[] {1});
        } catch (NodeException refused) {
          assertThat(refused).hasMessageStartingWith("Cannot ");
        }
      }
    } finally {
      stop.set(true);
      swapper.join();
    }
    try (Stream<Path> files = Files.list(outside)) {
      assertThat(files.map(path -> path.getFileName().toString())).containsExactly("secret");
    }
  }

  @Test
  void draftsAreSeenByNobodyAndGoWithTheirWriter() throws IOException {
    NodeWriter writer = node("x").writer(WriteOptions.DEFAULT);
    writer.write(MemorySegment.ofArray(new byte[10]));
    assertThat(node("").children()).isEmpty();
    writer.close();
    try (Stream<Path> files = Files.list(root)) {
      assertThat(files).isEmpty();
    }
  }

  @Test
  void whatIsNoPlainFileIsNotRead() throws Exception {
    assertThat(new ProcessBuilder("mkfifo", root.resolve("fifo").toString()).start().waitFor()).isZero();
    assertThat(node("").children()).isEmpty();
    assertThatExceptionOfType(AbsentException.class).isThrownBy(() -> node("fifo").read())
        .withMessageContaining("no plain file");
  }

  @Test
  void aRootThatIsNotThereIsSaid() {
    try (Storage none = Storage.builder().mount("n", "local", Map.of("path", folder.resolve("none"))).build()) {
      assertThatExceptionOfType(AbsentException.class).isThrownBy(() -> none.node("n:x").exists())
          .withMessage("Cannot open the mount n: there is no folder " + folder.resolve("none") + "; make it");
    }
  }

  @Test
  void aHundredThousandFilesAreListed() throws IOException {
    Path many = Files.createDirectory(root.resolve("many"));
    Path file = Files.createFile(folder.resolve("linked"));
    int links = 0;
    for (int i = 0; i < 100_000; i++) { // hard links are made faster than files; a file system has a bound on them
      Path to = many.resolve(Integer.toString(i));
      if (links++ % 30_000 == 29_999) {
        file = Files.createFile(to);
      } else {
        Files.createLink(to, file);
      }
    }
    List<StorageNode> nodes = node("many").children().toList();
    assertThat(nodes).hasSize(100_000);
    assertThat(nodes.stream().map(StorageNode::name).distinct().count()).isEqualTo(100_000);
    assertThat(node("many").children().limit(3).map(StorageNode::name)).containsExactly("0", "1", "10");
    assertThat(node("many").deleteTree()).isEqualTo(100_000);
  }

  @Test
  void aDiskThatFillsIsSaidAndLosesNothing() throws IOException {
    try (SmallDisk disk = SmallDisk.mount(folder, 2 << 20);
        Storage small =
            Storage.builder().mount("m", "local", Map.of("path", disk.root)).mount("big", "memory", Map.of()).build()) {
      small.node("m:t/kept").writeText("before");
      small.node("big:t/kept").write(new byte[4 << 20]);
      small.node("big:t/other").writeText("fits");
      assertThatExceptionOfType(CopyException.class)
          .isThrownBy(() -> small.node("big:t").copyTo(small.node("m:t"), CopyOptions.DEFAULT.withParallel(1)))
          .withMessageContaining("the disk is full");
      assertThat(small.node("m:t/kept").readText()).isEqualTo("before");
      assertThat(small.node("m:t/other").readText()).isEqualTo("fits");
      try (Stream<Path> files = Files.list(disk.root.resolve("t"))) {
        assertThat(files).hasSize(2);
      }
    }
  }

  /** Two processes' writers, as seen by the file system: each has a draft of its own, one of them whole is there at the end. */
  @Test
  void writersOfOneFileNeverMix() throws Exception {
    try (Storage second = Storage.builder().mount("m", "local", Map.of("path", root)).build()) {
      List<Thread> writers = IntStream.range(0, 4).mapToObj(i -> Thread.ofPlatform().start(() -> {
        for (int round = 0; round < 30; round++) {
          (i % 2 == 0 ? storage : second).node("m:x").writeText(("writer " + i + " ").repeat(5_000));
        }
      })).toList();
      for (int round = 0; round < 50; round++) {
        try {
          String text = storage.node("m:x").readText();
          assertThat(text).isEqualTo(text.substring(0, 9).repeat(5_000));
        } catch (AbsentException notYet) {
          // none has written
        }
      }
      for (Thread writer : writers) {
        writer.join();
      }
      assertThat(storage.node("m:").children().map(StorageNode::name)).containsExactly("x");
    }
  }

  @Test
  void aFileThatIsWrittenInPlaceMeanwhileIsRefused() throws IOException {
    node("log").writeText("a".repeat(1_000));
    try (InputStream in = node("log").inputStream()) {
      in.readNBytes(10);
      node("log").append("more".getBytes(UTF_8));
      assertThatThrownBy(in::readAllBytes).isInstanceOf(ChangedException.class).hasMessageContaining("1004");
    }
    assertThat(node("log").copyTo(node("copy"), CopyOptions.DEFAULT).bytes()).isEqualTo(1_004);
  }
}
