package io.packice.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.packice.process.Child;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A copy takes no more memory than its buffers. */
class LargeCopyTest {
  @TempDir Path folder;

  private void assertCopies(long bytes) throws IOException {
    try (Child child = new Child(List.of("-Xmx64m"), LargeCopyMain.class, folder, bytes)) {
      assertThat(child.line()).isEqualTo(String.valueOf(bytes));
    }
  }

  @Test
  void moreThanTheHeap() throws IOException {
    assertCopies(600L << 20);
  }

  @Test
  @Tag("nightly")
  void tenGibibytes() throws IOException {
    assertCopies(10L << 30);
  }
}
