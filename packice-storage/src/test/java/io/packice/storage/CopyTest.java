package io.packice.storage;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Copying, skipping, filtering and moving trees of 240 files. */
class CopyTest {
  private static final int FILES = 240;

  @TempDir Path root;
  private Storage storage;
  private StorageNode tree;

  @BeforeEach
  void fill() {
    storage = Storage.builder().mount("disk", "local", Map.of("path", root)).mount("a", "memory", Map.of())
        .mount("b", "memory", Map.of()).build();
    tree = storage.node("a:tree");
    for (int i = 0; i < FILES; i++) {
      tree.resolve(path(i)).write(content(i));
    }
  }

  @AfterEach
  void close() {
    storage.close();
  }

  private static String path(int i) {
    return i % 6 + "/" + (i % 2 == 0 ? "even" : "odd") + "/" + i + (i % 3 == 0 ? ".csv" : ".parquet");
  }

  private static byte[] content(int i) {
    return ("file " + i + " ").repeat(i).getBytes(UTF_8);
  }

  private static void assertSame(StorageNode target) {
    for (int i = 0; i < FILES; i++) {
      assertThat(target.resolve(path(i)).read()).isEqualTo(content(i));
    }
    assertThat(target.walk().filter(StorageNode::isFile).count()).isEqualTo(FILES);
  }

  @Test
  void copiesTreesAndCounts() {
    List<CopyProgress> seen = new CopyOnWriteArrayList<>();
    ConcurrentHashMap<String, String> copied = new ConcurrentHashMap<>();
    CopySummary summary = tree.copyTo(storage.node("disk:copy"),
        CopyOptions.DEFAULT.withParallel(8).onProgress(seen::add)
            .onCopied((from, to) -> copied.put(from.path(), to.path())));
    assertSame(storage.node("disk:copy"));
    long bytes = tree.walk().mapToLong(StorageNode::size).sum();
    assertThat(summary).isEqualTo(new CopySummary(FILES, 0, bytes, 0, List.of()));
    assertThat(copied).hasSize(FILES).containsEntry("tree/" + path(7), "copy/" + path(7));
    assertThat(seen).contains(new CopyProgress(FILES, bytes, FILES, bytes));
    storage.node("disk:copy").copyTo(storage.node("b:"), CopyOptions.DEFAULT);
    assertSame(storage.node("b:"));
  }

  @Test
  void skipsByEachRule() {
    StorageNode target = storage.node("disk:copy");
    tree.copyTo(target, CopyOptions.DEFAULT);
    target.resolve(path(10)).write(content(11)); // another size
    byte[] other = content(20);
    other[0] = 'F';
    target.resolve(path(20)).write(other); // the same size
    target.resolve(path(30)).delete();
    ConcurrentLinkedQueue<String> reasons = new ConcurrentLinkedQueue<>();
    CopyOptions telling = CopyOptions.DEFAULT.onSkipped((_, reason) -> reasons.add(reason));

    assertThat(tree.copyTo(target, telling.withSkip(Skip.EXISTS)).copied()).isEqualTo(1);
    assertThat(reasons).hasSize(FILES - 1).containsOnly("exists");
    target.resolve(path(30)).delete();
    assertThat(tree.copyTo(target, telling.withSkip(Skip.SIZE)).copied()).isEqualTo(2);
    target.resolve(path(10)).write(content(11));
    CopySummary byHash = tree.copyTo(target, telling.withSkip(Skip.HASH));
    assertThat(byHash.copied()).isEqualTo(2);
    assertThat(byHash.skipped()).isEqualTo(FILES - 2);
    assertThat(byHash.bytesHashed()).isEqualTo(tree.walk().mapToLong(StorageNode::size).sum() - content(10).length); // the memory knows its own, sizes tell 10 apart
    assertSame(target);
    AtomicInteger asked = new AtomicInteger();
    CopySummary byFunction = tree.copyTo(target, telling.withSkip(Skip.when(
        (from, to) -> asked.incrementAndGet() > 0 && from.size() < to.size() + 1 && !from.name().equals("6.csv"))));
    assertThat(byFunction.copied()).isEqualTo(1);
    assertThat(asked).hasValue(FILES);
    assertThat(tree.copyTo(target, CopyOptions.DEFAULT.withSkip(Skip.NEVER)).copied()).isEqualTo(FILES);
  }

  @Test
  void patternsAndFiltersChoose() {
    CopyOptions csv = CopyOptions.DEFAULT.including("*.csv");
    assertThat(tree.copyTo(storage.node("b:1"), csv).copied()).isEqualTo(FILES / 3);
    assertThat(tree.copyTo(storage.node("b:2"), csv.excluding("0/**")).copied()).isEqualTo(FILES / 3 - FILES / 6);
    assertThat(
        tree.copyTo(storage.node("b:3"), CopyOptions.DEFAULT.including("[0-2]/even/*").including("5/**")).copied())
        .isEqualTo(FILES / 2);
    assertThat(tree.copyTo(storage.node("b:4"), CopyOptions.DEFAULT.withFilter(node -> node.size() > 1_000)).skipped())
        .isEqualTo(tree.walk().filter(node -> node.isFile() && node.size() <= 1_000).count());
    assertThat(storage.node("b:2").walk().filter(StorageNode::isFile)).allMatch(node -> node.suffix().equals(".csv"));
  }

  @Test
  void movesTrees() {
    CopySummary filtered = tree.moveTo(storage.node("disk:moved"), CopyOptions.DEFAULT.including("*.csv"));
    assertThat(filtered.copied()).isEqualTo(FILES / 3);
    assertThat(tree.walk().filter(StorageNode::isFile)).hasSize(FILES - FILES / 3)
        .noneMatch(node -> node.suffix().equals(".csv"));
    tree.moveTo(storage.node("disk:moved"), CopyOptions.DEFAULT);
    assertThat(tree.exists()).isFalse();
    storage.node("disk:moved").moveTo(storage.node("disk:again/and/again"), CopyOptions.DEFAULT);
    assertThat(storage.node("disk:moved").exists()).isFalse();
    assertSame(storage.node("disk:again/and/again"));
  }

  @Test
  void aMoveMergesWithAFolderThatIsThere() {
    storage.node("a:merged/0/even/more").writeText("more");
    tree.moveTo(storage.node("a:merged"), CopyOptions.DEFAULT);
    assertThat(tree.exists()).isFalse();
    assertThat(storage.node("a:merged/0/even/more").readText()).isEqualTo("more");
    assertThat(storage.node("a:merged").walk().filter(StorageNode::isFile).count()).isEqualTo(FILES + 1);
  }

  @Test
  void whatFailsIsNamedAndTheRestIsCopied() {
    StorageNode target = storage.node("disk:copy");
    for (int i = 0; i < 12; i++) {
      target.resolve(path(i * 20)).makeFolder(); // where a file should be
    }
    assertThatExceptionOfType(CopyException.class).isThrownBy(() -> tree.copyTo(target, CopyOptions.DEFAULT))
        .satisfies(e -> {
          assertThat(e.summary().failures()).hasSize(12)
              .allSatisfy(failure -> assertThat(failure.cause()).isInstanceOf(ExistsException.class));
          assertThat(e.summary().copied()).isEqualTo(FILES - 12);
        }).withMessageStartingWith("Cannot copy 12 of the files of a:tree to disk:copy: 228 are done");
    assertThat(target.resolve(path(7)).read()).isEqualTo(content(7));
  }

  @Test
  void namesThatTheTargetCannotHaveAreNamed() {
    String longName = "x".repeat(300);
    storage.node("a", "odd", longName).writeText("x");
    storage.node("a:odd/fine").writeText("x");
    assertThatExceptionOfType(CopyException.class)
        .isThrownBy(() -> storage.node("a:odd").copyTo(storage.node("disk:odd"), CopyOptions.DEFAULT))
        .withMessageContaining("no such long names").satisfies(e -> assertThat(e.summary().copied()).isEqualTo(1));
  }

  @Test
  void aCallersOwnFailureEndsTheCopy() {
    assertThatThrownBy(() -> tree.copyTo(storage.node("b:x"), CopyOptions.DEFAULT.onCopied((_, _) -> {
      throw new IllegalStateException("mine");
    }))).isInstanceOf(IllegalStateException.class).hasMessage("mine");
  }

  @Test
  void anInterruptedCopyEndsAndSaysSo() {
    Thread.currentThread().interrupt();
    assertThatExceptionOfType(UnavailableException.class)
        .isThrownBy(() -> tree.copyTo(storage.node("b:x"), CopyOptions.DEFAULT)).withMessageContaining("interrupted");
    assertThat(Thread.interrupted()).isTrue();
  }

  @Test
  void isNeverCopiedIntoItself() {
    for (String target : List.of("a:tree", "a:tree/below", "a:tree/0/even")) {
      assertThatThrownBy(() -> tree.copyTo(storage.node(target), CopyOptions.DEFAULT))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> tree.moveTo(storage.node(target), CopyOptions.DEFAULT))
          .isInstanceOf(IllegalArgumentException.class);
    }
    assertThatExceptionOfType(AbsentException.class)
        .isThrownBy(() -> storage.node("a:none").copyTo(storage.node("b:x"), CopyOptions.DEFAULT));
    assertThatThrownBy(() -> CopyOptions.DEFAULT.withParallel(0)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> CopyOptions.DEFAULT.including("[a")).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void emptyFoldersAreCopiedToo() {
    storage.node("a:tree/empty/one").makeFolder();
    tree.copyTo(storage.node("disk:copy"), CopyOptions.DEFAULT);
    assertThat(storage.node("disk:copy/empty/one").isFolder()).isTrue();
  }
}
