package io.packice.arrow.ipc;

import io.packice.arrow.batch.IpcMessages;
import io.packice.arrow.batch.IpcVersions;
import io.packice.arrow.batch.PartFile;
import io.packice.arrow.batch.SharedMapping;
import io.packice.arrow.imports.ImportException;
import io.packice.arrow.imports.ImportSource;
import io.packice.arrow.imports.ImportStream;
import io.packice.arrow.schema.Damage;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.apache.arrow.flatbuf.Message;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/** A stream that is read once, message by message: of what has no ranges, such as a pipe. Holds one message. */
final class IpcStream implements IpcSource, IpcSequence.Cursor {
  private static final int BUFFER_BYTES = 1 << 16;
  private static final int MAGIC_BYTES = 8;
  /** So much is taken for a message at once; for more only as it comes, since a forged length must not take memory. */
  private static final int PIECE_BYTES = 1 << 24;

  private final String name;
  private final InputStream in;
  private final IpcSequence sequence;
  private @Nullable SharedMapping body;
  private long position;

  private IpcStream(String name, InputStream in) throws IOException {
    this.name = name;
    this.in = in;
    this.sequence = start();
  }

  static IpcStream open(ImportSource source) throws IOException {
    InputStream in = new BufferedInputStream(source.open(), BUFFER_BYTES);
    try {
      return new IpcStream(source.name(), in);
    } catch (Throwable failure) {
      in.close();
      throw failure;
    }
  }

  private IpcSequence start() throws IOException {
    in.mark(MAGIC_BYTES);
    MemorySegment start = MemorySegment.ofArray(in.readNBytes(MAGIC_BYTES));
    in.reset();
    IpcSchemas.requireNoFeather(name, start);
    if (new IpcMessages(start).isFile()) {
      throw new ImportException(
          "Cannot import " + name + ": it can only be read from start to end, and an Arrow file is"
              + " read from its end; send a stream (.arrows), or save it as a file, and import that");
    }
    try {
      return new IpcSequence(name, this);
    } catch (RuntimeException | StackOverflowError damage) {
      closeBody();
      throw damaged(damage);
    }
  }

  @Override
  public Schema schema() {
    return sequence.schema();
  }

  @Override
  public IpcMessages.@Nullable Found next() throws IOException {
    return sequence.next();
  }

  @Override
  public IpcMessages.@Nullable Found next(String what) throws IOException {
    closeBody();
    byte[] first = read(Integer.BYTES, Integer.BYTES);
    if (first.length == 0) {
      return null;
    }
    int length = number(first, what);
    if (length == IpcMessages.CONTINUATION) { // older ones begin with the length
      length = number(read(Integer.BYTES, Integer.BYTES), what);
    }
    if (length == 0) {
      return null;
    }
    Damage.require(length > 0, what + " does not begin with a message");
    byte[] metadata = read(length, PIECE_BYTES);
    Damage.require(metadata.length == length, what + " is cut short");
    Message message = Message.getRootAsMessage(ByteBuffer.wrap(metadata).order(ByteOrder.LITTLE_ENDIAN));
    IpcVersions.requireSupported(message);
    Damage.require(message.bodyLength() >= 0, what + " has a body of " + message.bodyLength() + " bytes");
    MemorySegment bytes = body(message.bodyLength(), what);
    return new IpcMessages.Found(message, bytes, position, what);
  }

  private static int number(byte[] bytes, String what) {
    Damage.require(bytes.length == Integer.BYTES, what + " does not begin with a message");
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getInt();
  }

  /** As many bytes as there are up to a length. */
  private byte[] read(int length, int piece) throws IOException {
    byte[] bytes = in.readNBytes(Math.min(length, piece));
    while (bytes.length < length) {
      byte[] more = in.readNBytes(Math.min(length - bytes.length, bytes.length));
      if (more.length == 0) {
        break;
      }
      int had = bytes.length;
      bytes = Arrays.copyOf(bytes, had + more.length);
      System.arraycopy(more, 0, bytes, had, more.length);
    }
    position += bytes.length;
    return bytes;
  }

  private MemorySegment body(long length, String what) throws IOException {
    Arena arena = Arena.ofShared();
    try {
      MemorySegment bytes = arena.allocate(Math.clamp(length, 1, PIECE_BYTES), PartFile.ALIGNMENT);
      long done = fill(bytes, 0, Math.min(length, bytes.byteSize()));
      while (done < length && done == bytes.byteSize()) { // twice as much, once that has come
        Arena smaller = arena;
        Arena larger = Arena.ofShared();
        arena = larger;
        try {
          bytes = larger.allocate(Math.min(length, 2 * done), PartFile.ALIGNMENT).copyFrom(bytes);
        } finally {
          smaller.close();
        }
        done += fill(bytes, done, bytes.byteSize() - done);
      }
      Damage.require(done == length, what + " is cut short");
      MemorySegment exact = bytes.asSlice(0, length);
      body = SharedMapping.of(name, exact, arena);
      return exact;
    } catch (Throwable failure) {
      arena.close();
      throw failure;
    }
  }

  private long fill(MemorySegment target, long from, long count) throws IOException {
    byte[] piece = new byte[(int) Math.min(count, BUFFER_BYTES)];
    long done = 0;
    while (done < count) {
      int read = in.readNBytes(piece, 0, (int) Math.min(piece.length, count - done));
      if (read == 0) {
        break;
      }
      MemorySegment.copy(piece, 0, target, ValueLayout.JAVA_BYTE, from + done, read);
      done += read;
    }
    position += done;
    return done;
  }

  @Override
  public SharedMapping mapping() {
    if (body == null) {
      throw new IllegalStateException("Cannot read a message of " + name + ": none has been read");
    }
    return body;
  }

  @Override
  public long position() {
    return position;
  }

  @Override
  public long end() throws IOException {
    position += in.transferTo(OutputStream.nullOutputStream());
    return position;
  }

  @Override
  public long doneBytes() {
    return position;
  }

  @Override
  public ImportException damaged(Throwable why) {
    return IpcSource.refused(name, ": after " + position + " bytes, ", "send it anew", why);
  }

  private void closeBody() {
    if (body != null) {
      body.release();
      body = null;
    }
  }

  @Override
  public void close() {
    closeBody();
    ImportStream.closeQuietly(in);
  }
}
