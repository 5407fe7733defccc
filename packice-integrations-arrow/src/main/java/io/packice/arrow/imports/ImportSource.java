package io.packice.arrow.imports;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Something that can be imported: a file, a pipe, an object of a storage service. All formats read through this, and none asks where the bytes are. Safe
 * from any thread; whoever made it closes it, and so does a {@link TableImport} or {@link IdxImport} when it ends.
 *
 * <p>Its stream can be opened again and again. What can be read only once, such as a pipe, keeps for that what has been read of it (in memory, and past
 * 16 MiB in a temporary file), until {@link #keepNoMore} says that it will be opened for the last time.
 */
public interface ImportSource extends AutoCloseable {
  /**
   * What it is called: in messages, and to tell formats by its ending.
   *
   * @return a path, an address, or words such as {@code standard input}
   */
  String name();

  /**
   * How long it is. It may grow while it is read; of one that has become shorter, an import has two versions in its hands, and fails.
   *
   * @return bytes; empty if only reading to the end would tell
   * @throws IOException if it is not there, or cannot be looked at
   */
  OptionalLong size() throws IOException;

  /**
   * What tells it from something else that takes its name: an import that finds another tag than before has two versions in its hands, and fails.
   *
   * @return any text; null if there is no such thing
   * @throws IOException if it is not there, or cannot be looked at
   */
  @Nullable
  String tag() throws IOException;

  /**
   * Opens it from its start.
   *
   * @return its bytes as they are stored, gzipped if they are; not buffered. The caller closes the stream, which leaves the source open
   * @throws ImportException if it could be read only once, and what was read is not kept
   * @throws IOException if it cannot be read
   */
  InputStream open() throws IOException;

  /**
   * Opens it to be read in any order.
   *
   * @return its ranges, which the caller closes; null if it can only be read from start to end
   * @throws IOException if it cannot be read
   */
  @Nullable
  ImportRanges ranges() throws IOException;

  /** What is looked at beforehand was looked at: the stream that is opened next is the last, and need not be kept. */
  default void keepNoMore() {
  }

  /** Lets go what it holds; once more does nothing. Of a file it holds nothing, and can be opened again. */
  @Override
  default void close() {
  }

  /**
   * A file, or what has a path but is no regular file: a pipe, a device. That is opened no sooner than it is read, and once.
   *
   * @param path where
   * @return the source; that there is no such file shows when it is read
   */
  static ImportSource of(Path path) {
    boolean once = Files.exists(path) && !Files.isRegularFile(path) && !Files.isDirectory(path);
    return once ? new OnceSource(path.toString(), () -> Files.newInputStream(path)) : new FileSource(path);
  }

  /**
   * A stream, which is read once.
   *
   * @param name what messages call it
   * @param in what is read; the source owns it from now on
   * @return the source
   */
  static ImportSource once(String name, InputStream in) {
    return OnceSource.of(name, in);
  }
}
