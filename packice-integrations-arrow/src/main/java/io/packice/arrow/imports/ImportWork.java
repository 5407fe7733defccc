package io.packice.arrow.imports;

import io.packice.arrow.schema.EncodedSchema;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/** What a format may know before it looks at files, and who helps it look. Safe from any thread. */
public final class ImportWork {
  private final @Nullable EncodedSchema target;
  private final ImportThreads threads;
  private final ProgressSum progress;

  ImportWork(@Nullable EncodedSchema target, ImportThreads threads, ProgressSum progress) {
    this.target = target;
    this.threads = threads;
    this.progress = progress;
  }

  /**
   * The columns that the rows are for, if they are appended to a table: a format that would guess types takes these.
   *
   * @return names and types, dictionary-encoded columns with the types of their values; null if there is no table yet
   */
  public @Nullable Schema columns() {
    return target == null ? null : target.plain();
  }

  /**
   * The same with its encodings.
   *
   * @return the columns in all their forms; null for a new table
   */
  public @Nullable EncodedSchema target() {
    return target;
  }

  /**
   * What is found out about one source.
   *
   * @param <T> what it is
   */
  @FunctionalInterface
  public interface SourceTask<T> {
    /**
     * Looks at a source.
     *
     * @param source which
     * @return what there is to know
     * @throws IOException if it cannot be read, or imported
     */
    T run(ImportSource source) throws IOException;
  }

  /**
   * Looks at several sources, on as many threads as the import may have.
   *
   * @param <T> what is found out
   * @param sources which
   * @param task what is done with each
   * @return what was found out, in the order of the sources
   * @throws IOException what a task threw; the others are not begun any more
   */
  public <T> List<T> onEach(List<ImportSource> sources, SourceTask<T> task) throws IOException {
    List<@Nullable T> found = new ArrayList<>();
    sources.forEach(_ -> found.add(null));
    threads.run(sources.size(), i -> {
      T result = task.run(sources.get(i));
      synchronized (found) {
        found.set(i, result);
      }
    });
    List<T> all = new ArrayList<>();
    for (T result : found) {
      if (result != null) {
        all.add(result);
      }
    }
    return all;
  }

  /**
   * Tells how far the work has come.
   *
   * @param bytes how many more bytes of files have been read
   */
  public void read(long bytes) {
    progress.add(bytes);
  }
}
