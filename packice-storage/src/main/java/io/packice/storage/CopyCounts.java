package io.packice.storage;

import java.util.ArrayList;
import java.util.List;

/** The counts of a copy while it runs. Safe from any thread. */
final class CopyCounts {
  private final CopyOptions options;
  private final List<CopySummary.Failure> failures = new ArrayList<>();
  private long filesFound;
  private long bytesFound;
  private long copied;
  private long skipped;
  private long bytes;
  private long bytesMoving;
  private long bytesHashed;

  CopyCounts(CopyOptions options) {
    this.options = options;
  }

  void found(long size) {
    synchronized (this) {
      filesFound++;
      bytesFound += size;
    }
    tell();
  }

  /** Bytes on their way; negative where what came is begun anew. */
  void moving(long count) {
    synchronized (this) {
      bytesMoving += count;
    }
    tell();
  }

  void copied(StorageNode source, StorageNode target, long size) {
    synchronized (this) {
      copied++;
      bytes += size;
    }
    options.copied(source, target);
    tell();
  }

  void skipped(StorageNode source, String reason) {
    synchronized (this) {
      skipped++;
    }
    options.skipped(source, reason);
  }

  synchronized void hashed(long count) {
    bytesHashed += count;
  }

  synchronized void failed(StorageNode node, NodeException cause) {
    failures.add(new CopySummary.Failure(node, cause));
  }

  private void tell() {
    CopyProgress progress;
    synchronized (this) {
      progress = new CopyProgress(copied, bytesMoving, filesFound, bytesFound);
    }
    options.progress(progress);
  }

  synchronized CopySummary summary() {
    return new CopySummary(copied, skipped, bytes, bytesHashed, failures);
  }
}
