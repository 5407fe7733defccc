package io.packice.internal.os;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.packice.contract.MemoryDisk;
import io.packice.core.StorageException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a cursor says of files against what the JDK does. */
final class FolderCursorTest {
  private static final int FILES = 2_000; // several times what the kernel gives at once

  @TempDir(factory = MemoryDisk.class) Path scratch;

  private Map<String, Long> list(FolderCursor files, Path folder) {
    Map<String, Long> sizes = new TreeMap<>();
    files.open(folder);
    while (files.next()) {
      assertThat(files.end() - files.start()).as(files.name()).isEqualTo(files.name().getBytes(UTF_8).length);
      assertThat(files.isFile()).as(files.name()).isTrue();
      assertThat(sizes.put(files.name(), files.byteSize())).as("%s for the second time", files.name()).isNull();
    }
    assertThat(files.next()).as("behind the last").isFalse();
    return sizes;
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void goesThroughAllFilesOnce(boolean readsEntries) throws IOException {
    Random random = new Random(1);
    Map<String, Long> expected = new TreeMap<>();
    Path folder = Files.createDirectory(scratch.resolve("many"));
    for (int i = 0; i < FILES; i++) {
      String name = i + "ü-.".repeat(random.nextInt(60));
      long byteSize = random.nextInt(100);
      Files.write(folder.resolve(name), new byte[(int) byteSize]);
      expected.put(name, byteSize);
    }
    try (FolderCursor files = new FolderCursor(readsEntries)) {
      assertThat(list(files, folder)).isEqualTo(expected);
      assertThat(list(files, Files.createDirectory(scratch.resolve("empty")))).isEmpty();
      files.open(folder);
      assertThat(files.next()).isTrue();
      assertThat(list(files, folder)).as("after one that was left").isEqualTo(expected);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void everyLengthOfNamesIsSeen(boolean readsEntries) throws IOException {
    List<String> names = new ArrayList<>();
    for (int length = 1; length <= 255; length++) {
      names.add("x".repeat(length));
      Files.createFile(scratch.resolve(names.getLast()));
    }
    names.addAll(List.of(".a", "..b", "..."));
    for (String name : names.subList(255, names.size())) {
      Files.createFile(scratch.resolve(name));
    }
    try (FolderCursor files = new FolderCursor(readsEntries)) {
      assertThat(list(files, scratch).keySet()).containsExactlyInAnyOrderElementsOf(names);
    }
  }

  @Test
  void aFileThatCannotBeLookedAtHasNoLength() throws IOException {
    Files.createSymbolicLink(scratch.resolve("a"), Path.of("nowhere"));
    try (FolderCursor files = new FolderCursor()) {
      files.open(scratch);
      assertThat(files.next()).isTrue();
      assertThat(files.name()).isEqualTo("a");
      assertThat(files.byteSize()).isEqualTo(-1);
    }
  }

  @Test
  void aFileThatChangedHasAnotherStamp() throws IOException {
    Path file = Files.writeString(scratch.resolve("a"), "1");
    FileStamp before = PosixFiles.stamp(file.toString());
    Files.delete(file);
    Files.writeString(file, "22");
    try (FolderCursor files = new FolderCursor()) {
      files.open(scratch);
      assertThat(files.next()).isTrue();
      assertThat(PosixFiles.stamp(file.toString())).isNotEqualTo(before);
      assertThat(files.byteSize()).isEqualTo(2);
    }
  }

  @Test
  void aFolderThatIsNotThereIsNamed() {
    try (FolderCursor files = new FolderCursor()) {
      Path missing = scratch.resolve("missing");
      assertThatThrownBy(() -> files.open(missing)).isInstanceOf(StorageException.class)
          .hasMessageContaining(missing.toString());
    }
  }

  @Test
  void closingLeavesNoDescriptor() throws IOException {
    FolderCursor files = new FolderCursor();
    files.open(scratch);
    assertThat(openFolders()).contains(scratch);
    files.close();
    files.close();
    assertThat(openFolders()).doesNotContain(scratch);
    assertThat(files.next()).isFalse();
  }

  private static List<Path> openFolders() throws IOException {
    try (Stream<Path> descriptors = Files.list(Path.of("/proc/self/fd"))) {
      return descriptors.filter(Files::isDirectory).map(FolderCursorTest::target).toList();
    }
  }

  private static Path target(Path descriptor) {
    try {
      return Files.readSymbolicLink(descriptor);
    } catch (IOException closedMeanwhile) {
      return descriptor; // by another thread, or the one that lists them
    }
  }
}
