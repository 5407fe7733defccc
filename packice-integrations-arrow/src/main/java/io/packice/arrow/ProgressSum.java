package io.packice.arrow;

/** Adds up what several streams, or several passes over one, have read. */
final class ProgressSum {
  private final Progress progress;
  private final long totalBytes;
  private long doneBytes;

  ProgressSum(Progress progress, long totalBytes) {
    this.progress = progress;
    this.totalBytes = totalBytes;
    progress.report(0, totalBytes);
  }

  void add(long bytes) {
    doneBytes = Math.min(totalBytes, doneBytes + bytes); // a file may grow while it is read
    progress.report(doneBytes, totalBytes);
  }

  void finish() {
    progress.report(totalBytes, totalBytes);
  }
}
