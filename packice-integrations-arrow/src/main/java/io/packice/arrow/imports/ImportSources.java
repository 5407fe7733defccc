package io.packice.arrow.imports;

import io.packice.arrow.Progress;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The sources of one import, in the order of their rows, as they were when it began. Closes them when it ends. */
final class ImportSources implements AutoCloseable {
  private final List<ImportSource> sources;
  private final List<OptionalLong> sizes = new ArrayList<>();
  private final List<@Nullable String> tags = new ArrayList<>();

  /** Looks at nothing yet, so that they are closed whatever it finds. */
  ImportSources(List<ImportSource> sources) {
    this.sources = List.copyOf(sources);
  }

  List<ImportSource> list() {
    return sources;
  }

  /**
   * Looks for what is named twice and can be read only once; before anything is opened, since a pipe waits for its other end.
   *
   * @throws ImportException if there is such a source
   */
  static void requireOnce(List<ImportSource> sources) throws IOException {
    Set<String> once = new HashSet<>();
    for (ImportSource source : sources) {
      if (source.size().isEmpty() && !once.add(source.name())) {
        throw new ImportException(
            "Cannot import " + source.name() + " twice: it can be read only once; save it as a file");
      }
    }
  }

  /**
   * Looks whether they are there, and are what they stand for.
   *
   * @throws ImportException if one is a pointer to what is elsewhere, or is to be read twice and cannot be
   */
  void requireContent() throws IOException {
    requireOnce(sources);
    for (ImportSource source : sources) {
      sizes.add(source.size());
      tags.add(source.tag());
      GitLfs.requireContent(source);
    }
  }

  /** How far so many passes over all of them have come. */
  ProgressSum progress(Progress listener, int passes) {
    long bytes = sizes.stream().mapToLong(size -> size.orElse(0)).sum();
    return new ProgressSum(listener, Math.multiplyExact(passes, bytes),
        sizes.stream().allMatch(OptionalLong::isPresent));
  }

  /** What was looked at beforehand was looked at. */
  void keepNoMore() {
    sources.forEach(ImportSource::keepNoMore);
  }

  /**
   * Makes sure that what was read is what was planned.
   *
   * @throws ImportException if something else has taken its name, or it is shorter than it was
   */
  void requireSame(int source) throws IOException {
    ImportSource now = sources.get(source);
    if (!Objects.equals(tags.get(source), now.tag())) {
      throw new ImportException("Cannot import " + now.name()
          + ": it was replaced by another while it was read; import it again");
    }
    long size = sizes.get(source).orElse(0);
    if (now.size().orElse(size) < size) { // what grows, as a log does, has its first rows still
      throw new ImportException("Cannot import " + now.name() + ": it was cut from " + size + " to "
          + now.size().orElse(size) + " bytes while it was read; import it again");
    }
  }

  /** Those that one thread reads one after the other: several if they are small, so that parts are not. */
  List<List<Integer>> runs(long smallestBytes, int most) {
    long total = sizes.stream().mapToLong(size -> size.orElse(smallestBytes)).sum();
    long enough = Math.max(smallestBytes, total / most);
    List<List<Integer>> runs = new ArrayList<>();
    long bytes = enough;
    for (int i = 0; i < sources.size(); i++) {
      if (bytes >= enough) {
        runs.add(new ArrayList<>());
        bytes = 0;
      }
      runs.getLast().add(i);
      bytes += sizes.get(i).orElse(enough);
    }
    return runs;
  }

  @Override
  public void close() {
    sources.forEach(ImportSource::close);
  }
}
