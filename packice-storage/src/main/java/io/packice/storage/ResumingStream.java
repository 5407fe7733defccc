package io.packice.storage;

import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** A file's bytes, which go on from where they were if the service breaks off: a bounded number of times without progress. For one thread at a time. */
final class ResumingStream extends InputStream {
  /** After so many bytes the service counts as one that works again. */
  private static final long PROGRESS = 8 << 20;

  private final StorageNode node;
  private final NodeReader reader;
  private final Retry retry;
  private final byte[] one = new byte[1];
  private @Nullable InputStream stream;
  private long position;
  private long failedAt;
  private int attempt = 1;
  private boolean ended;

  ResumingStream(StorageNode node, NodeReader reader, long offset, Retry retry) {
    this.node = node;
    this.reader = reader;
    this.retry = retry;
    this.position = offset;
    this.failedAt = offset;
  }

  /** Asks the service now, so that what is not there is told here. */
  ResumingStream opening() {
    while (stream == null) {
      try {
        opened();
      } catch (UnavailableException e) {
        count(e);
      }
    }
    return this;
  }

  private OptionalLong size() {
    return reader.size();
  }

  @Override
  public int read() throws IOException {
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] target, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, target.length);
    if (length == 0) {
      return 0;
    }
    while (!ended) {
      try {
        int count = opened().read(target, offset, length);
        if (count < 0 && position < size().orElse(0)) {
          throw new UnavailableException(
              "Cannot read " + node + ": it ended at byte " + position + " of " + size().orElse(0) + "; try again",
              true, null);
        }
        position += Math.max(0, count);
        return count;
      } catch (IOException e) {
        if (size().isPresent() && position >= size().getAsLong()) {
          return end(); // all of it came
        }
        goOnAfter(new UnavailableException("Cannot read " + node + ": its service broke off at byte " + position
            + (size().isPresent() ? " of " + size().getAsLong() : "") + ", attempt " + attempt + "; try again later",
            true, e));
      } catch (UnavailableException e) {
        goOnAfter(e);
      }
    }
    return -1;
  }

  private int end() throws IOException {
    ended = true;
    letGo();
    return -1;
  }

  private InputStream opened() {
    InputStream open = stream;
    if (open == null) {
      open = reader.stream(position);
      stream = open;
    }
    return open;
  }

  private void goOnAfter(UnavailableException failure) throws IOException {
    letGo();
    count(failure);
  }

  private void count(UnavailableException failure) {
    attempt = position - failedAt >= PROGRESS ? 2 : attempt + 1;
    failedAt = position;
    if (!failure.isPassing() || attempt > retry.attempts()) {
      throw failure;
    }
    retry.pauseBefore(attempt, failure);
  }

  private void letGo() throws IOException {
    InputStream open = stream;
    stream = null;
    if (open != null) {
      open.close();
    }
  }

  @Override
  public void close() throws IOException {
    letGo();
  }
}
