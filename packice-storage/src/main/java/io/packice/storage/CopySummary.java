package io.packice.storage;

import java.util.List;

/**
 * What a copy did.
 *
 * @param copied files
 * @param skipped files that were left out, for whatever reason
 * @param bytes of the files copied
 * @param bytesHashed what {@link Skip#HASH} had to read, because a service knew no hash
 * @param failures files that could not be copied
 */
public record CopySummary(long copied, long skipped, long bytes, long bytesHashed, List<Failure> failures) {
  /**
   * A file that could not be copied.
   *
   * @param node the source
   * @param cause why; its message says what to do
   */
  public record Failure(StorageNode node, NodeException cause) {
  }

  /** Copies the list. */
  public CopySummary {
    failures = List.copyOf(failures);
  }
}
