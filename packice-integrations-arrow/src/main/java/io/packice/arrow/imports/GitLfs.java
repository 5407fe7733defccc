package io.packice.arrow.imports;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.OptionalLong;

/**
 * Pointers of git-lfs: the few lines of text that a checkout without <a href="https://git-lfs.com">git-lfs</a> has in the place of a large file, whatever
 * that is called.
 */
public final class GitLfs {
  private static final String FIRST_LINE = "version https://git-lfs.github.com/spec/";
  /** A pointer is shorter than this, by its specification. */
  private static final long POINTER_BYTES = 1024;

  private GitLfs() {
  }

  /**
   * Makes sure that a source is not such a pointer.
   *
   * @param source which; no more than its first bytes are looked at, and nothing of one that is too long for a pointer
   * @throws ImportException if it is one
   * @throws IOException if it cannot be read
   */
  public static void requireContent(ImportSource source) throws IOException {
    OptionalLong size = source.size();
    if (size.orElse(0) >= POINTER_BYTES) {
      return;
    }
    try (InputStream in = source.open()) {
      if (new String(in.readNBytes(FIRST_LINE.length()), StandardCharsets.ISO_8859_1).equals(FIRST_LINE)) {
        throw new ImportException("Cannot import " + source.name() + ": it is a git-lfs pointer; run git lfs pull");
      }
    }
  }
}
