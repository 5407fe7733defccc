package io.packice.storage;

/** What a service gets when it is opened. */
public final class OpenContext {
  private final String mount;
  private final Retry retry;

  OpenContext(String mount, Retry retry) {
    this.mount = mount;
    this.retry = retry;
  }

  /**
   * The name of the mount, for messages.
   *
   * @return such as {@code s3}
   */
  public String mount() {
    return mount;
  }

  /**
   * A node's name, for messages.
   *
   * @param path its path
   * @return such as {@code s3:train/a.parquet}
   */
  public String name(String path) {
    return mount + ":" + path;
  }

  /**
   * How to repeat a step of the service's own, such as the upload of a part, that is safe to repeat. Whole calls of a backend are repeated by the caller.
   *
   * @return bounded repetition with backoff and jitter
   */
  public Retry retry() {
    return retry;
  }
}
