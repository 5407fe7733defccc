package io.packice.arrow.imports;

import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.System.Logger.Level;
import java.util.function.LongConsumer;

/**
 * A source as a stream that tells how much of it has been read. A gzipped one, which is known by its content, is unzipped on the way; where that is damaged,
 * reading throws {@link java.util.zip.ZipException} or {@link java.io.EOFException}. For one thread; whoever opened it closes it.
 */
public final class ImportStream extends FilterInputStream {
  private static final System.Logger LOG = System.getLogger("io.packice.arrow");
  private static final int BUFFER_BYTES = 1 << 16;
  private static final int GZIP_MAGIC = 0x1F8B;

  private final boolean gzipped;

  private ImportStream(InputStream in, boolean gzipped) {
    super(in);
    this.gzipped = gzipped;
  }

  /**
   * Opens a source from its start.
   *
   * @param source which
   * @param read is told now and then how many more bytes of the source, as it is stored, have been read
   * @return the stream, buffered
   * @throws IOException if it cannot be read
   */
  public static ImportStream open(ImportSource source, LongConsumer read) throws IOException {
    BufferedInputStream raw = new BufferedInputStream(new Counter(source.open(), read), BUFFER_BYTES);
    try {
      raw.mark(2);
      boolean gzipped = (raw.read() << 8 | raw.read()) == GZIP_MAGIC;
      raw.reset();
      return new ImportStream(
          gzipped ? new BufferedInputStream(new GzipStream(raw, BUFFER_BYTES), BUFFER_BYTES) : raw, gzipped);
    } catch (Throwable failure) {
      raw.close();
      throw failure;
    }
  }

  /**
   * Whether it is unzipped on the way.
   *
   * @return what the source's first bytes say
   */
  public boolean isGzipped() {
    return gzipped;
  }

  /**
   * Closes what was only read, or is gone with its closing: that this fails loses nothing.
   *
   * @param closeable what
   */
  public static void closeQuietly(Closeable closeable) {
    try {
      closeable.close();
    } catch (IOException e) {
      LOG.log(Level.DEBUG, "Cannot close what was imported, which was read already", e);
    }
  }

  /** Counts the bytes that are read and tells about them now and then. */
  private static final class Counter extends FilterInputStream {
    private static final int STEP_BYTES = 1 << 18;

    private final LongConsumer consumed;
    private long untold;

    Counter(InputStream in, LongConsumer consumed) {
      super(in);
      this.consumed = consumed;
    }

    @Override
    public int read() throws IOException {
      int value = super.read();
      count(value < 0 ? 0 : 1);
      return value;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      int count = super.read(bytes, offset, length);
      count(Math.max(count, 0));
      return count;
    }

    @Override
    public boolean markSupported() {
      return false;
    }

    private void count(int bytes) {
      untold += bytes;
      if (untold >= STEP_BYTES) {
        tell();
      }
    }

    private void tell() {
      consumed.accept(untold);
      untold = 0;
    }

    @Override
    public void close() throws IOException {
      super.close();
      tell();
    }
  }
}
