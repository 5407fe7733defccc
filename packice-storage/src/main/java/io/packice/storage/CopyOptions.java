package io.packice.storage;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * How files are copied or moved. Immutable; each {@code with} gives a changed copy. Functions are called from the threads that copy, several at once.
 */
public final class CopyOptions {
  /** Copies everything, four files at a time, with their metadata where both services have such. */
  public static final CopyOptions DEFAULT = new CopyOptions();

  private static final int PARALLEL = 4;
  private static final int MOST_PARALLEL = 256;

  private Skip skip = Skip.NEVER;
  private List<Glob> includes = List.of();
  private List<Glob> excludes = List.of();
  private Predicate<StorageNode> filter = _ -> true;
  private int parallel = PARALLEL;
  private boolean metadata = true;
  private Consumer<CopyProgress> onProgress = _ -> {
  };
  private BiConsumer<StorageNode, StorageNode> onCopied = (_, _) -> {
  };
  private BiConsumer<StorageNode, String> onSkipped = (_, _) -> {
  };

  private CopyOptions() {
  }

  private CopyOptions(CopyOptions other) {
    skip = other.skip;
    includes = other.includes;
    excludes = other.excludes;
    filter = other.filter;
    parallel = other.parallel;
    metadata = other.metadata;
    onProgress = other.onProgress;
    onCopied = other.onCopied;
    onSkipped = other.onSkipped;
  }

  private CopyOptions with(Consumer<CopyOptions> change) {
    CopyOptions copy = new CopyOptions(this);
    change.accept(copy);
    return copy;
  }

  /**
   * Which files are left out because the target has them.
   *
   * @param rule the rule
   * @return these options with it
   */
  public CopyOptions withSkip(Skip rule) {
    return with(copy -> copy.skip = Objects.requireNonNull(rule, "rule"));
  }

  /**
   * Only files that one of the included patterns matches.
   *
   * @param pattern of the path below the folder that is copied, as for {@link StorageNode#glob}
   * @return these options with it, too
   * @throws IllegalArgumentException if it is no pattern
   */
  public CopyOptions including(String pattern) {
    return with(copy -> copy.includes = and(includes, pattern));
  }

  /**
   * No files that an excluded pattern matches, even if they are included.
   *
   * @param pattern as for {@link #including}
   * @return these options with it, too
   * @throws IllegalArgumentException if it is no pattern
   */
  public CopyOptions excluding(String pattern) {
    return with(copy -> copy.excludes = and(excludes, pattern));
  }

  private static List<Glob> and(List<Glob> globs, String pattern) {
    List<Glob> all = new ArrayList<>(globs);
    all.add(new Glob(pattern));
    return List.copyOf(all);
  }

  /**
   * Only files that a function wants.
   *
   * @param wanted gets the source
   * @return these options with it
   */
  public CopyOptions withFilter(Predicate<StorageNode> wanted) {
    return with(copy -> copy.filter = Objects.requireNonNull(wanted, "wanted"));
  }

  /**
   * How many files are copied at a time.
   *
   * @param files 1 to 256
   * @return these options with it
   * @throws IllegalArgumentException if it is another number
   */
  public CopyOptions withParallel(int files) {
    if (files < 1 || files > MOST_PARALLEL) {
      throw new IllegalArgumentException(
          "Cannot copy " + files + " files at a time: it must be 1 to " + MOST_PARALLEL + "; choose one");
    }
    return with(copy -> copy.parallel = files);
  }

  /**
   * Without the user's metadata.
   *
   * @return these options without it
   */
  public CopyOptions withoutMetadata() {
    return with(copy -> copy.metadata = false);
  }

  /**
   * Tells how far it is, also within files.
   *
   * @param listener gets the counts
   * @return these options with it
   */
  public CopyOptions onProgress(Consumer<CopyProgress> listener) {
    return with(copy -> copy.onProgress = Objects.requireNonNull(listener, "listener"));
  }

  /**
   * Tells of each file copied.
   *
   * @param listener gets the source and the target
   * @return these options with it
   */
  public CopyOptions onCopied(BiConsumer<StorageNode, StorageNode> listener) {
    return with(copy -> copy.onCopied = Objects.requireNonNull(listener, "listener"));
  }

  /**
   * Tells of each file left out.
   *
   * @param listener gets the source, and why
   * @return these options with it
   */
  public CopyOptions onSkipped(BiConsumer<StorageNode, String> listener) {
    return with(copy -> copy.onSkipped = Objects.requireNonNull(listener, "listener"));
  }

  Skip skip() {
    return skip;
  }

  int parallel() {
    return parallel;
  }

  boolean keepsMetadata() {
    return metadata;
  }

  /** Why a file is left out before the target is looked at; empty if it is not. */
  String reasonToLeave(StorageNode source, String below) {
    if (!includes.isEmpty() && includes.stream().noneMatch(glob -> glob.matches(below))) {
      return "not included";
    } else if (excludes.stream().anyMatch(glob -> glob.matches(below))) {
      return "excluded";
    }
    return filter.test(source) ? "" : "filtered";
  }

  /** Whether every file below is meant. */
  boolean takesAll() {
    return includes.isEmpty() && excludes.isEmpty() && filter.equals(DEFAULT.filter) && skip.equals(Skip.NEVER);
  }

  void progress(CopyProgress progress) {
    onProgress.accept(progress);
  }

  void copied(StorageNode source, StorageNode target) {
    onCopied.accept(source, target);
  }

  void skipped(StorageNode source, String reason) {
    onSkipped.accept(source, reason);
  }
}
