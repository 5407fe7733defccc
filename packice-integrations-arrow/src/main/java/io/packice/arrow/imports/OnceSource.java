package io.packice.arrow.imports;

import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * What can be read only once, from start to end, such as a pipe. A stream of it goes over what was kept, and then on where the last one stopped.
 */
final class OnceSource implements ImportSource {
  private final String name;
  private final Opener opener;
  private final ReplayBuffer kept;
  private @Nullable InputStream in; // guarded by this, as all that follows
  private long taken;
  private boolean keeping = true;
  private boolean ended;
  private boolean closed;

  OnceSource(String name, Opener opener) {
    this(name, opener, null);
  }

  private OnceSource(String name, Opener opener, @Nullable InputStream open) {
    this.name = name;
    this.opener = opener;
    this.kept = new ReplayBuffer(name);
    this.in = open;
  }

  /** Of a stream, which is closed whether it was read or not. */
  static OnceSource of(String name, InputStream open) {
    return new OnceSource(name, () -> open, open);
  }

  /** A pipe waits for its other end when it is opened, so it is opened no sooner than it is read. */
  @FunctionalInterface
  interface Opener {
    InputStream open() throws IOException;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public OptionalLong size() {
    return OptionalLong.empty();
  }

  @Override
  public @Nullable String tag() {
    return null;
  }

  @Override
  public @Nullable ImportRanges ranges() {
    return null;
  }

  @Override
  public InputStream open() {
    return new Replay();
  }

  @Override
  public synchronized void keepNoMore() {
    keeping = false;
  }

  private synchronized int read(long position, byte[] target, int offset, int length) throws IOException {
    if (closed || (position >= kept.size() && position < taken)) {
      throw new ImportException("Cannot import " + name
          + ": it was read before, and can be read only once; save it as a file, and import that");
    }
    if (position < kept.size()) {
      return kept.read(position, target, offset, length);
    }
    int count = ended ? -1 : source().read(target, offset, length);
    if (count < 0) {
      ended = true; // a terminal would ask for more
      return count;
    }
    if (keeping) {
      kept.add(target, offset, count);
    }
    taken += count;
    return count;
  }

  private InputStream source() throws IOException {
    InputStream open = in;
    if (open == null) {
      open = opener.open();
      in = open;
    }
    return open;
  }

  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    kept.close();
    if (in != null) {
      ImportStream.closeQuietly(in); // what it had was read, or is not wanted any more
    }
  }

  /** From the start. */
  private final class Replay extends BlockStream {
    private long position;

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
      Objects.checkFromIndexSize(offset, length, target.length);
      if (length == 0) {
        return 0;
      }
      int count = OnceSource.this.read(position, target, offset, length);
      position += Math.max(0, count);
      return count;
    }
  }
}
