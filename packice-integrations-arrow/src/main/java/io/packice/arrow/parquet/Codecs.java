package io.packice.arrow.parquet;

import com.github.luben.zstd.Zstd;
import io.airlift.compress.lz4.Lz4Compressor;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.zip.GZIPOutputStream;
import org.apache.parquet.bytes.BytesInput;
import org.apache.parquet.compression.CompressionCodecFactory;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.xerial.snappy.Snappy;

/** Compression for parquet-java, whose own codecs want Hadoop. For one thread at a time. */
final class Codecs implements CompressionCodecFactory {
  private static final int ZSTD_LEVEL = 3;

  @Override
  public BytesInputCompressor getCompressor(CompressionCodecName codec) {
    return new BytesInputCompressor() {
      @Override
      public BytesInput compress(BytesInput bytes) throws IOException {
        return pack(codec, bytes);
      }

      @Override
      public CompressionCodecName getCodecName() {
        return codec;
      }

      @Override
      public void release() {
        // holds nothing
      }
    };
  }

  private static BytesInput pack(CompressionCodecName codec, BytesInput input) throws IOException {
    if (codec == CompressionCodecName.UNCOMPRESSED) {
      return input;
    }
    byte[] bytes = bytes(input);
    return switch (codec) {
      case SNAPPY -> BytesInput.from(Snappy.compress(bytes));
      case GZIP -> gzip(bytes);
      case ZSTD -> BytesInput.from(Zstd.compress(bytes, ZSTD_LEVEL));
      case LZ4_RAW -> lz4(bytes);
      default -> throw new IllegalArgumentException("Cannot write " + codec + "; choose another codec");
    };
  }

  private static byte[] bytes(BytesInput input) throws IOException {
    try (InputStream in = input.toInputStream()) {
      return in.readAllBytes();
    }
  }

  private static BytesInput gzip(byte[] bytes) throws IOException {
    ByteArrayOutputStream packed = new ByteArrayOutputStream(bytes.length / 2 + 64);
    try (GZIPOutputStream out = new GZIPOutputStream(packed)) {
      out.write(bytes);
    }
    return BytesInput.from(packed.toByteArray());
  }

  private static BytesInput lz4(byte[] bytes) {
    Lz4Compressor compressor = new Lz4Compressor();
    byte[] packed = new byte[compressor.maxCompressedLength(bytes.length)];
    int length = compressor.compress(bytes, 0, bytes.length, packed, 0, packed.length);
    return BytesInput.from(Arrays.copyOf(packed, length));
  }

  @Override
  public BytesInputDecompressor getDecompressor(CompressionCodecName codec) {
    Decompressor decompressor = new Decompressor(codec);
    return new BytesInputDecompressor() {
      @Override
      public BytesInput decompress(BytesInput bytes, int size) throws IOException {
        return BytesInput.from(unpack(Codecs.bytes(bytes), size));
      }

      @Override
      public void decompress(ByteBuffer input, int packed, ByteBuffer output, int size) {
        byte[] bytes = new byte[packed];
        input.get(bytes);
        output.put(unpack(bytes, size));
      }

      private ByteBuffer unpack(byte[] bytes, int size) {
        Bytes unpacked = decompressor.unpack(new Bytes(bytes, 0, bytes.length), size);
        return unpacked.littleEndian(unpacked.remaining());
      }

      @Override
      public void release() {
        // holds nothing
      }
    };
  }

  @Override
  public void release() {
    // holds nothing
  }
}
