package io.packice.backends.file;

import io.packice.core.Extent;
import io.packice.core.ObjectId;
import io.packice.core.StorageException;
import io.packice.internal.os.Descriptor;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads a log of seals from its beginning to its end, in large pieces, whatever has become of it.
 *
 * <ul>
 * <li>What was never finished is at the end: a head without all of its body, less than a head, or zeros. Nobody was told of it; it does not count.
 * <li>Anything else that is no record is damage, from there to the next record that is whole, wherever that begins. It is said what it took.
 * </ul>
 *
 * <p>It is read, not mapped: a file that somebody cuts off meanwhile must not stop the peer. For one thread.
 */
final class LogReader implements AutoCloseable {
  /** Room for the largest record and another. */
  private static final int WINDOW_BYTES = 2 * LogFormat.MAX_BODY_BYTES;

  private final Path path;
  private final Descriptor file;
  private final long size;
  private final byte[] window;
  private long windowStart;
  private int windowBytes;
  private final LogContents contents = new LogContents();
  private @Nullable String lastGroup;

  private LogReader(Path path) {
    this.path = path;
    file = Descriptor.open(path, Extent.Access.READ_ONLY);
    size = file.byteSize();
    window = new byte[Math.clamp(size, LogFormat.HEADER_BYTES, WINDOW_BYTES)];
  }

  /**
   * Reads a log.
   *
   * @throws StorageException if it cannot be read, or is of a format that came after this one; a damaged log is read nevertheless
   */
  static LogContents read(Path path) {
    try (LogReader reader = new LogReader(path)) {
      reader.readHeader();
      reader.readRecords();
      return reader.contents;
    }
  }

  private void readHeader() {
    byte[] header = Arrays.copyOf(window, LogFormat.HEADER_BYTES);
    if (size >= LogFormat.HEADER_BYTES) {
      System.arraycopy(window, at(0, LogFormat.HEADER_BYTES), header, 0, LogFormat.HEADER_BYTES);
    }
    int later = LogFormat.laterFormat(header);
    if (later != 0) {
      throw new StorageException("Cannot open " + path + ": format " + later + "; this version of Packice reads up to "
          + LogFormat.FORMAT + ": use a newer one");
    }
    contents.end = Math.min(size, LogFormat.HEADER_BYTES);
    if (LogFormat.isHeader(header)) {
      contents.nextSeal = LogFormat.nextSeal(header);
      contents.nextExtent = LogFormat.nextExtent(header);
    } else {
      contents.losses.add(new LogContents.Loss(0, contents.end, List.of(), List.of()));
    }
  }

  private void readRecords() {
    long position = contents.end;
    while (position < size) {
      int bytes = wholeBytes(position);
      if (bytes > 0 && take(position, bytes)) {
        position += bytes;
        contents.end = position;
      } else {
        position = skip(position);
      }
    }
  }

  /** How long the record is that begins there; 0 if none does, or it is not whole. */
  private int wholeBytes(long position) {
    int bodyBytes = bodyBytes(position);
    if (bodyBytes == 0 || bodyBytes > size - position - LogFormat.HEAD_BYTES) {
      return 0;
    }
    int bytes = LogFormat.HEAD_BYTES + bodyBytes;
    return LogFormat.isWhole(window, at(position, bytes), bodyBytes) ? bytes : 0;
  }

  private int bodyBytes(long position) {
    return size - position < LogFormat.HEAD_BYTES ? 0
        : LogFormat.bodyBytes(window, at(position, LogFormat.HEAD_BYTES));
  }

  /** False if it is none of ours, although it is whole. */
  private boolean take(long position, int bytes) {
    int start = at(position, bytes);
    Cursor in = new Cursor(window, start + LogFormat.HEAD_BYTES, start + bytes);
    try {
      return switch (in.nextByte()) {
        case LogFormat.SEALED -> takeSeal(in, bytes);
        case LogFormat.GONE -> takeGone(in, bytes);
        default -> false;
      };
    } catch (IllegalArgumentException | DateTimeException | ArithmeticException e) {
      return false;
    }
  }

  private boolean takeSeal(Cursor in, int bytes) {
    SealRecord record = SealRecord.read(in, lastGroup);
    lastGroup = record.object().group();
    return contents.sealed(record, bytes);
  }

  private boolean takeGone(Cursor in, int bytes) {
    for (int i = in.nextInt(); i > 0; i--) {
      contents.gone(in.nextLong());
    }
    contents.dead(bytes);
    return in.isAtEnd();
  }

  /** From what is no record to the next one, or the end. */
  private long skip(long position) {
    long next = position + 1;
    while (next < size && wholeBytes(next) == 0) {
      next = nextMagic(next + 1);
    }
    if (next < size || !isUnfinished(position)) {
      contents.losses.add(lossBetween(position, next));
    }
    return next;
  }

  /** Where the next record may begin; the end if nowhere. */
  private long nextMagic(long from) {
    for (long position = from; position <= size - LogFormat.HEAD_BYTES; position++) {
      if (LogFormat.isMagic(window, at(position, Integer.BYTES))) {
        return position;
      }
    }
    return size;
  }

  /** Whether what is at the end never was a record. */
  private boolean isUnfinished(long position) {
    long rest = size - position;
    return rest < LogFormat.HEAD_BYTES || bodyBytes(position) > rest - LogFormat.HEAD_BYTES || isZero(position);
  }

  private boolean isZero(long from) {
    for (long position = from; position < size; position++) {
      if (window[at(position, 1)] != 0) {
        return false;
      }
    }
    return true;
  }

  private LogContents.Loss lossBetween(long from, long to) {
    List<String> sealed = new ArrayList<>();
    List<String> gone = new ArrayList<>();
    for (long position = from; position < to; position = nextMagic(position + 1)) {
      int bytes = (int) Math.min(to - position, LogFormat.HEAD_BYTES + LogFormat.MAX_BODY_BYTES);
      if (bytes > LogFormat.HEAD_BYTES) {
        int start = at(position, bytes);
        guess(new Cursor(window, start + LogFormat.HEAD_BYTES, start + bytes), sealed, gone);
      }
    }
    return new LogContents.Loss(from, to - from, sealed, gone);
  }

  /** What a damaged body seems to say. */
  private void guess(Cursor in, List<String> sealed, List<String> gone) {
    try {
      switch (in.nextByte()) {
        case LogFormat.SEALED -> {
          in.skip(3 * Long.BYTES);
          sealed.add(new ObjectId(in.needText("an id")).value());
        }
        case LogFormat.GONE -> {
          for (int i = in.nextInt(); i > 0; i--) {
            String id = contents.id(in.nextLong());
            if (id != null) {
              gone.add(id);
            }
          }
        }
        default -> {
          return;
        }
      }
    } catch (IllegalArgumentException none) {
      return; // the rest says nothing
    }
  }

  /** Where in the window the byte with this position is; so many behind it are there, too. */
  private int at(long position, int count) {
    if (position < windowStart || position + count > windowStart + windowBytes) {
      windowBytes = file.read(ByteBuffer.wrap(window), position);
      windowStart = position;
      if (count > windowBytes) {
        throw new StorageException(
            "Cannot read " + path + ": it ends before byte " + (position + count) + "; somebody has cut it off");
      }
    }
    return (int) (position - windowStart);
  }

  @Override
  public void close() {
    file.close();
  }
}
