package io.packice.backends.file;

import static org.assertj.core.api.Assertions.assertThat;

import io.packice.core.ObjectId;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Ids as names of files. */
final class FileNameTest {
  private static final int MAX_FILE_NAME_BYTES = 143; // of eCryptfs, the least of those in use

  @Test
  void idsThatLookAlikeHaveDifferentNamesOnAFileSystemThatIgnoresCase() {
    Map<String, String> ids = new HashMap<>();
    SplittableRandom random = new SplittableRandom(1);
    for (String word : List.of("a", "straße", "mnist/train", "ÄÖÜ", "ǆ", "i", "ﬁ", "../x", ".", "con", "nul.txt",
        "a.b")) {
      for (String id : List.of(word, word.toUpperCase(Locale.ROOT), word.toLowerCase(Locale.ROOT), word + ".",
          word + "%20x")) {
        assertDistinct(ids, id);
      }
    }
    for (int i = 0; i < 10_000; i++) {
      StringBuilder id = new StringBuilder();
      for (int length = random.nextInt(1, 12); length > 0; length--) {
        id.append(random.nextBoolean() ? "aAbB".charAt(random.nextInt(4)) : "./-_".charAt(random.nextInt(4)));
      }
      assertDistinct(ids, id.toString());
    }
  }

  private static void assertDistinct(Map<String, String> ids, String id) {
    String name = FileName.of(new ObjectId(id), 1).toString();
    String other = ids.putIfAbsent(name.toLowerCase(Locale.ROOT), id);
    assertThat(other == null ? id : other).as(name).isEqualTo(id);
  }

  @Test
  void aNameIsSafeHoweverLongAndStrangeItsId() {
    for (String id : List.of("x".repeat(255), "ü".repeat(127), "../../etc/passwd", "\\", ":", "*?\"<>|", "😀")) {
      FileName name = FileName.of(new ObjectId(id), Long.MAX_VALUE);
      assertThat(name + DataFolder.MANIFEST).matches("[0-9a-f]{40}-[0-9a-f]{16}\\.json")
          .hasSizeLessThan(MAX_FILE_NAME_BYTES);
      assertThat(name.names(new ObjectId(id))).isTrue();
      assertThat(FileName.parse(name.toString())).isEqualTo(name);
    }
  }

  @Test
  void whatIsNoNameIsNotTakenForOne() {
    String name = FileName.of(new ObjectId("a"), 1).toString();
    for (String text : List.of("", "lock", name.toUpperCase(Locale.ROOT), name + "x", name.substring(1), " " + name)) {
      assertThat(FileName.parse(text)).as(text).isNull();
    }
  }
}
