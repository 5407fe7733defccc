package io.packice.arrow;

/** Adds up what several threads, or several passes over one file, have read. Safe from any thread. */
final class ProgressSum {
  private final Progress progress;
  private final long totalBytes;
  private long doneBytes; // guarded by this, so that nobody hears of less after more

  ProgressSum(Progress progress, long totalBytes) {
    this.progress = progress;
    this.totalBytes = totalBytes;
    progress.report(0, totalBytes);
  }

  synchronized void add(long bytes) {
    doneBytes = Math.min(totalBytes, doneBytes + bytes); // a file may grow while it is read
    progress.report(doneBytes, totalBytes);
  }

  synchronized void finish() {
    progress.report(totalBytes, totalBytes);
  }
}
