package io.packice.arrow.parquet;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdInputStreamNoFinalizer;
import io.airlift.compress.MalformedInputException;
import io.airlift.compress.lz4.Lz4Decompressor;
import io.airlift.compress.lzo.LzoDecompressor;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.zip.GZIPInputStream;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.brotli.dec.BrotliInputStream;
import org.xerial.snappy.Snappy;

/**
 * Undoes the compression of pages. What a page says of its size is believed only as far as its codec could have packed it; a codec without such
 * a limit is unpacked step by step, so that memory is taken for what comes out and not for what was announced.
 */
final class Decompressor {
  /** No codec but zstd and brotli makes more of a byte. */
  private static final int MAX_RATIO = 1100;
  private static final int SMALL_BYTES = 1 << 16;

  private final CompressionCodecName codec;

  Decompressor(CompressionCodecName codec) {
    this.codec = codec;
  }

  /**
   * Unpacks a page.
   *
   * @param packed the compressed bytes, all that are left
   * @param size how many come out
   */
  Bytes unpack(Bytes packed, int size) {
    int length = packed.remaining();
    try {
      return unpackSound(packed, size);
    } catch (DamageException damage) {
      throw damage;
    } catch (IOException | RuntimeException damage) { // whatever the codec stumbles over
      throw new DamageException(length + " bytes of " + codec + " are damaged", damage);
    }
  }

  private Bytes unpackSound(Bytes packed, int size) throws IOException {
    int length = packed.remaining();
    if (codec == CompressionCodecName.UNCOMPRESSED) {
      require(size == length, length, size);
      return packed.slice(length);
    }
    if (size == 0) {
      return Bytes.EMPTY; // some writers leave nothing at all of nothing
    }
    int from = packed.take(length);
    byte[] in = packed.array();
    byte[] out = switch (codec) {
      case SNAPPY -> snappy(in, from, length, size);
      case GZIP -> grow(new GZIPInputStream(new ByteArrayInputStream(in, from, length)), length, size);
      case ZSTD -> zstd(in, from, length, size);
      case LZ4_RAW -> lz4(in, from, length, size);
      case LZ4 -> lz4OfHadoop(in, from, length, size);
      case LZO -> blocks(in, from, length, size, new LzoDecompressor()::decompress);
      case BROTLI -> grow(new BrotliInputStream(new ByteArrayInputStream(in, from, length)), length, size);
      default -> throw new DamageException("its codec is " + codec);
    };
    return new Bytes(out, 0, size);
  }

  private void require(boolean condition, int packed, int size) {
    if (!condition) {
      throw new DamageException(packed + " bytes of " + codec + " cannot be the " + size + " that they are said to be");
    }
  }

  /** For codecs that pack runs no tighter than this. */
  private byte[] allocate(int packed, int size) {
    require(size > 0 && size <= (long) MAX_RATIO * packed + SMALL_BYTES, packed, size);
    return new byte[size];
  }

  private byte[] snappy(byte[] in, int from, int length, int size) throws IOException {
    require(Snappy.uncompressedLength(in, from, length) == size, length, size);
    byte[] out = allocate(length, size);
    require(Snappy.uncompress(in, from, length, out, 0) == size, length, size);
    return out;
  }

  private byte[] zstd(byte[] in, int from, int length, int size) throws IOException {
    if (size > (long) MAX_RATIO * length + SMALL_BYTES) {
      return grow(new ZstdInputStreamNoFinalizer(new ByteArrayInputStream(in, from, length)), length, size);
    }
    byte[] out = allocate(length, size);
    require(Zstd.decompressByteArray(out, 0, size, in, from, length) == size, length, size); // an error is a huge number
    return out;
  }

  private byte[] grow(InputStream unpacking, int length, int size) throws IOException {
    try (unpacking) {
      require(size > 0, length, size);
      byte[] out = new byte[(int) Math.min(size, 16L * length + SMALL_BYTES)];
      int filled = 0;
      while (filled < size) {
        if (filled == out.length) {
          out = Arrays.copyOf(out, (int) Math.min(size, 2L * filled));
        }
        int count = unpacking.read(out, filled, out.length - filled);
        require(count >= 0, length, size);
        filled += count;
      }
      require(unpacking.read() < 0, length, size);
      return out;
    }
  }

  private byte[] lz4(byte[] in, int from, int length, int size) {
    byte[] out = allocate(length, size);
    require(new Lz4Decompressor().decompress(in, from, length, out, 0, size) == size, length, size);
    return out;
  }

  /** The codec LZ4 was never specified: Hadoop writes blocks with their lengths before them, others wrote what is LZ4_RAW now. */
  private byte[] lz4OfHadoop(byte[] in, int from, int length, int size) {
    try {
      return blocks(in, from, length, size, new Lz4Decompressor()::decompress);
    } catch (DamageException | MalformedInputException | IndexOutOfBoundsException _) {
      return lz4(in, from, length, size);
    }
  }

  private interface BlockDecompressor {
    int decompress(byte[] in, int inOffset, int inLength, byte[] out, int outOffset, int maxOutLength);
  }

  /** Hadoop's framing: the length of some blocks together, then each with its packed length; big-endian. */
  private byte[] blocks(byte[] in, int from, int length, int size, BlockDecompressor decompressor) {
    byte[] out = allocate(length, size);
    Bytes left = new Bytes(in, from, length);
    int filled = 0;
    while (filled < size) {
      int end = filled + bigEndian(left);
      require(end > filled && end <= size, length, size);
      while (filled < end) {
        int packed = bigEndian(left);
        int at = left.take(packed);
        int count = decompressor.decompress(in, at, packed, out, filled, end - filled);
        require(count > 0, length, size);
        filled += count;
      }
    }
    require(left.remaining() == 0, length, size);
    return out;
  }

  private static int bigEndian(Bytes bytes) {
    return Integer.reverseBytes(bytes.intLittleEndian());
  }
}
