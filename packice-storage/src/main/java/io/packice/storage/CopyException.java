package io.packice.storage;

import java.util.Objects;

/** Some files of a folder could not be copied or moved; the others are. */
public final class CopyException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final transient CopySummary summary;

  CopyException(String message, CopySummary summary) {
    super(message, summary.failures().getFirst().cause());
    this.summary = summary;
  }

  /**
   * What was done, and what failed.
   *
   * @return the summary, with at least one failure
   */
  public CopySummary summary() {
    return summary;
  }

  @Override
  public String getMessage() {
    return Objects.requireNonNull(super.getMessage());
  }
}
