package io.packice.arrow.imports;

import io.packice.arrow.Progress;

/** Adds up what several threads, or several passes over one file, have read. Safe from any thread. */
final class ProgressSum {
  private final Progress progress;
  private final boolean isKnown;
  private long totalBytes; // guarded by this, as is what follows
  private long doneBytes; // told under the lock, so that nobody hears of less after more

  ProgressSum(Progress progress, long totalBytes) {
    this(progress, totalBytes, true);
  }

  /** If the total is not known, it is at least what was told, and what has been done by then. */
  ProgressSum(Progress progress, long totalBytes, boolean isKnown) {
    this.progress = progress;
    this.isKnown = isKnown;
    this.totalBytes = totalBytes;
    progress.report(0, totalBytes);
  }

  synchronized void add(long bytes) {
    totalBytes = isKnown ? totalBytes : Math.max(totalBytes, doneBytes + bytes);
    doneBytes = Math.min(totalBytes, doneBytes + bytes); // a file may grow while it is read
    progress.report(doneBytes, totalBytes);
  }

  synchronized void finish() {
    progress.report(totalBytes, totalBytes);
  }
}
