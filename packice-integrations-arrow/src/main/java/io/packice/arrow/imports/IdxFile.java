package io.packice.arrow.imports;

import io.packice.arrow.schema.FixedWidth;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.OptionalLong;
import java.util.function.LongConsumer;
import java.util.zip.ZipException;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.pojo.ArrowType;

/**
 * An IDX file, gzipped or not: the format of MNIST and its relatives. Big-endian; after the header come the values, the last dimension fastest.
 *
 * <pre>
 * 0      2       3      4             4 + 4·n
 * | 0000 | type  | n    | n x uint32  | values …
 * </pre>
 *
 * For one thread; whoever opened it closes it.
 */
final class IdxFile implements AutoCloseable {
  /** The types that IDX has: the code in the header, and what it is in Arrow. */
  enum Type {
    UINT8(0x08), INT8(0x09), INT16(0x0B), INT32(0x0C), FLOAT32(0x0D), FLOAT64(0x0E);

    private final int code;

    Type(int code) {
      this.code = code;
    }

    ArrowType arrow() {
      return switch (this) {
        case UINT8 -> new ArrowType.Int(8, false);
        case INT8 -> new ArrowType.Int(8, true);
        case INT16 -> new ArrowType.Int(16, true);
        case INT32 -> new ArrowType.Int(32, true);
        case FLOAT32 -> new ArrowType.FloatingPoint(FloatingPointPrecision.SINGLE);
        case FLOAT64 -> new ArrowType.FloatingPoint(FloatingPointPrecision.DOUBLE);
      };
    }

    int bytes() {
      return FixedWidth.bits(arrow()) / Byte.SIZE;
    }

    boolean isInteger() {
      return arrow() instanceof ArrowType.Int;
    }
  }

  private static final int BUFFER_BYTES = 1 << 16;
  /** Deflate cannot make more than this many bytes out of one. */
  private static final long MOST_INFLATION = 1_032;

  private final String name;
  private final ImportStream in;
  private final byte[] buffer = new byte[BUFFER_BYTES];
  private Type type = Type.UINT8;
  private long[] dimensions = {};

  private IdxFile(String name, ImportStream in) {
    this.name = name;
    this.in = in;
  }

  /**
   * Opens a source and reads its header.
   *
   * @param consumed is told how many bytes of the source were read
   * @throws ImportException if it is not IDX, or shorter than its header says
   */
  static IdxFile open(ImportSource source, LongConsumer consumed) throws IOException {
    OptionalLong size = source.size();
    if (size.isEmpty()) {
      try (IdxFile first = begin(source, _ -> {
      })) {
        first.requireAll();
      }
    }
    source.keepNoMore();
    IdxFile file = begin(source, consumed);
    try {
      if (size.isPresent()) {
        file.requireLength(size.getAsLong());
      }
      return file;
    } catch (Throwable failure) {
      file.close();
      throw failure;
    }
  }

  private static IdxFile begin(ImportSource source, LongConsumer consumed) throws IOException {
    ImportStream in;
    try {
      in = ImportStream.open(source, consumed);
    } catch (EOFException | ZipException e) {
      throw new ImportException("Cannot import " + source.name() + ": its gzip header is damaged; get the file anew",
          e);
    }
    try {
      IdxFile file = new IdxFile(source.name(), in);
      file.readHeader();
      return file;
    } catch (Throwable failure) {
      in.close();
      throw failure;
    }
  }

  private void readHeader() throws IOException {
    byte[] magic = header(4);
    type = Arrays.stream(Type.values())
        .filter(t -> magic[0] == 0 && magic[1] == 0 && magic[2] == t.code && magic[3] > 0)
        .findFirst()
        .orElseThrow(() -> new ImportException("Cannot import " + name + ": not an IDX file, it begins with "
            + HexFormat.of().formatHex(magic) + " instead of 0000, a type of 08 to 0e, a number of dimensions"));
    dimensions = new long[magic[3]];
    for (int i = 0; i < dimensions.length; i++) {
      dimensions[i] = Integer.toUnsignedLong(ByteBuffer.wrap(header(Integer.BYTES)).getInt());
    }
  }

  private byte[] header(int count) throws IOException {
    byte[] bytes = new byte[count];
    if (read(bytes, count) < count) {
      throw new ImportException("Cannot import " + name + ": not an IDX file, it ends within its header");
    }
    return bytes;
  }

  /** Before anything is created, so that a forged header asks for no memory. */
  private void requireLength(long storedBytes) throws IOException {
    long most = storedBytes;
    if (in.isGzipped()) {
      most = storedBytes > Long.MAX_VALUE / MOST_INFLATION ? Long.MAX_VALUE : storedBytes * MOST_INFLATION;
    }
    if (byteSize() > most) {
      throw tooShort(storedBytes);
    }
  }

  /** The same where nobody knows how much there is: it is read, and kept. */
  private void requireAll() throws IOException {
    long wanted = byteSize();
    long found = 0;
    for (int count = 1; count > 0 && found < wanted; found += count) {
      count = read(buffer, (int) Math.min(buffer.length, wanted - found));
    }
    if (found < wanted) {
      throw tooShort(found);
    }
  }

  private ImportException tooShort(long bytes) {
    return new ImportException("Cannot import " + name + ": its header says " + Arrays.toString(dimensions) + " "
        + type + ", but the file has only " + bytes + " bytes; it was cut short, get it anew");
  }

  /** Of the values, by the header; as many as can be counted if that says more. */
  private long byteSize() throws ImportException {
    if (Arrays.stream(rowShape()).anyMatch(dimension -> dimension == 0)) {
      throw new ImportException(
          "Cannot import " + name + ": its rows of " + Arrays.toString(dimensions) + " are empty");
    }
    try {
      return Math.multiplyExact(Math.multiplyExact(rowCount(), rowElements()), type.bytes());
    } catch (ArithmeticException _) {
      return Long.MAX_VALUE;
    }
  }

  Type type() {
    return type;
  }

  long rowCount() {
    return dimensions[0];
  }

  /** The dimensions of one row; none for scalars. */
  long[] rowShape() {
    return Arrays.copyOfRange(dimensions, 1, dimensions.length);
  }

  long rowElements() {
    long elements = 1;
    for (long dimension : rowShape()) {
      elements = Math.multiplyExact(elements, dimension);
    }
    return elements;
  }

  /** Takes values in little-endian order, as many as the buffer has; the buffer is reused. */
  @FunctionalInterface
  interface Values {
    void accept(ByteBuffer values) throws IOException;
  }

  /**
   * Reads the next values.
   *
   * @throws ImportException if the file ends before
   */
  void read(long elements, Values target) throws IOException {
    long left = elements * type.bytes();
    while (left > 0) {
      int chunk = (int) Math.min(left, buffer.length);
      int count = read(buffer, chunk);
      if (count < chunk) {
        throw new ImportException("Cannot import " + name + ": it ends " + (left - count)
            + " bytes before its header says; it was cut short, get it anew");
      }
      swap(chunk);
      target.accept(ByteBuffer.wrap(buffer, 0, chunk));
      left -= chunk;
    }
  }

  private void swap(int bytes) {
    ByteBuffer values = ByteBuffer.wrap(buffer, 0, bytes);
    switch (type.bytes()) {
      case 1 -> {
      }
      case Short.BYTES -> {
        for (int i = 0; i < bytes; i += Short.BYTES) {
          values.putShort(i, Short.reverseBytes(values.getShort(i)));
        }
      }
      case Integer.BYTES -> {
        for (int i = 0; i < bytes; i += Integer.BYTES) {
          values.putInt(i, Integer.reverseBytes(values.getInt(i)));
        }
      }
      default -> {
        for (int i = 0; i < bytes; i += Long.BYTES) {
          values.putLong(i, Long.reverseBytes(values.getLong(i)));
        }
      }
    }
  }

  /**
   * Makes sure that nothing is left, which also has a gzipped file's checksum compared.
   *
   * @throws ImportException if there is more than the header says
   */
  void requireEnd() throws IOException {
    if (read(buffer, 1) > 0) {
      throw new ImportException("Cannot import " + name + ": it goes on after the " + Arrays.toString(dimensions) + " "
          + type + " of its header; get it anew");
    }
  }

  private int read(byte[] target, int count) throws IOException {
    try {
      return in.readNBytes(target, 0, count);
    } catch (EOFException e) {
      throw new ImportException("Cannot import " + name + ": its gzip data was cut short; get the file anew", e);
    } catch (ZipException e) {
      throw new ImportException(
          "Cannot import " + name + ": its gzip data is damaged (" + e.getMessage() + "); get the file anew", e);
    }
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
