package io.packice.djl.weights;

import io.packice.arrow.imports.ImportException;
import java.io.EOFException;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.function.LongConsumer;

/**
 * An open safetensors file whose header was found sound: every tensor lies inside the file, they follow one another without holes, and the last
 * ends with the file.
 *
 * <pre> 0             8            8 + N
 * | N, LE 64 bits | JSON, spaces | bytes of the tensors … | </pre>
 *
 * Read by position, never mapped: a file that shrinks meanwhile is an exception, not a fault. Close it; for one thread.
 */
final class SafetensorsFile implements WeightsFile {
  /** The longest header, as in the reference implementation. */
  static final long MAX_HEADER_BYTES = 100_000_000;

  private static final int PIECE_BYTES = 1 << 26;

  private final Path path;
  private final FileChannel channel;
  private final TensorTable table;
  private final long dataStart;

  private SafetensorsFile(Path path, FileChannel channel, TensorTable table, long dataStart) {
    this.path = path;
    this.channel = channel;
    this.table = table;
    this.dataStart = dataStart;
  }

  /**
   * Opens a file and checks its header.
   *
   * @throws ImportException if it is not sound; the message says what and where
   * @throws IOException if it cannot be read
   */
  static SafetensorsFile open(Path path) throws IOException {
    WeightsFile.requireContent(path);
    FileChannel channel = FileChannel.open(path);
    try {
      byte[] json = header(channel);
      TensorTable table = TensorTable.parse(json);
      long dataStart = Long.BYTES + (long) json.length;
      requireWhole(table, channel.size() - dataStart);
      return new SafetensorsFile(path, channel, table, dataStart);
    } catch (DamagedException e) {
      channel.close();
      throw new ImportException("Cannot import " + path + " as safetensors: " + e.reason()
          + "; name another file, or get this one anew", e);
    } catch (IOException | RuntimeException | Error failure) {
      channel.close();
      throw failure;
    }
  }

  private static byte[] header(FileChannel channel) throws IOException, DamagedException {
    long size = channel.size();
    if (size < Long.BYTES) {
      throw new DamagedException("it has " + size + " bytes, fewer than the length of its header takes");
    }
    ByteBuffer length = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    readFully(channel, length, 0);
    long headerBytes = length.getLong(0);
    if (headerBytes < 0 || headerBytes > MAX_HEADER_BYTES) {
      throw new DamagedException("its header would have " + Long.toUnsignedString(headerBytes) + " bytes, of at most "
          + MAX_HEADER_BYTES);
    }
    if (headerBytes > size - Long.BYTES) {
      throw new DamagedException(
          "its header would have " + headerBytes + " bytes, and the file has " + size + " in all");
    }
    ByteBuffer json = ByteBuffer.allocate((int) headerBytes);
    readFully(channel, json, Long.BYTES);
    return json.array();
  }

  private static void requireWhole(TensorTable table, long dataBytes) throws DamagedException {
    long end = 0;
    for (WeightTensor tensor : table.tensors()) {
      if (tensor.offset() != end) {
        throw new DamagedException("there is a hole of " + (tensor.offset() - end) + " bytes before tensor "
            + WeightTensor.quoted(tensor.name()) + " at " + tensor.offset());
      }
      end = tensor.end();
    }
    if (end != dataBytes) {
      throw new DamagedException("its tensors have " + end + " bytes by its header, and the file has " + dataBytes
          + (end > dataBytes ? ": it is cut short" : ": something follows them"));
    }
  }

  @Override
  public Path path() {
    return path;
  }

  /** What is in it; offsets count from the first byte after the header. */
  @Override
  public TensorTable table() {
    return table;
  }

  @Override
  public void read(WeightTensor tensor, MemorySegment target, LongConsumer progress) throws IOException {
    for (long done = 0; done < tensor.byteSize();) {
      long piece = Math.min(PIECE_BYTES, tensor.byteSize() - done);
      readPiece(tensor, done, target.asSlice(done, piece));
      done += piece;
      progress.accept(piece);
    }
  }

  /** Reads some of a tensor's bytes. */
  void readPiece(WeightTensor tensor, long from, MemorySegment target) throws IOException {
    try {
      readFully(channel, target.asByteBuffer(), dataStart + tensor.offset() + from);
    } catch (EOFException shrank) {
      throw new ImportException("Cannot import " + path + ": it became shorter while it was read, to " + channel.size()
          + " bytes; import it again when nobody writes to it", shrank);
    }
  }

  private static void readFully(FileChannel channel, ByteBuffer target, long position) throws IOException {
    long at = position;
    while (target.hasRemaining()) {
      int count = channel.read(target, at);
      if (count < 0) {
        throw new EOFException("at " + at);
      }
      at += count;
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
