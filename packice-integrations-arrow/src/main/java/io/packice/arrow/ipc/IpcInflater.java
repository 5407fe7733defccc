package io.packice.arrow.ipc;

import io.packice.arrow.batch.PartFile;
import io.packice.arrow.batch.SharedMapping;
import io.packice.arrow.batch.StoredBatch;
import io.packice.arrow.schema.Damage;
import io.packice.arrow.vectors.NativeMemory;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.compression.CommonsCompressionFactory;
import org.apache.arrow.flatbuf.BodyCompression;
import org.apache.arrow.flatbuf.BodyCompressionMethod;
import org.apache.arrow.flatbuf.CompressionType;
import org.apache.arrow.memory.AllocationListener;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.ForeignAllocation;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.compression.CompressionCodec;
import org.apache.arrow.vector.compression.CompressionUtil.CodecType;

/**
 * Decompresses the body of a record batch, buffer by buffer, into memory of its own. A compressed buffer begins with the length that it has
 * uncompressed, as int64, or -1 if it is not compressed after all.
 */
final class IpcInflater {
  /** More than this per compressed byte is a forged length: it is beyond what LZ4 and ordinary zstd data reach. */
  private static final long MAX_RATIO = 1 << 12;
  private static final long SMALLEST_LIMIT_BYTES = 64L << 20;

  private final StoredBatch batch;
  private final CompressionCodec codec;

  IpcInflater(StoredBatch batch, BodyCompression compression) {
    this.batch = batch;
    requireKnown(compression);
    this.codec = CommonsCompressionFactory.INSTANCE.createCodec(CodecType.fromCompressionType(compression.codec()));
  }

  private static void requireKnown(BodyCompression compression) {
    boolean isKnown = compression.codec() == CompressionType.LZ4_FRAME || compression.codec() == CompressionType.ZSTD;
    if (!isKnown || compression.method() != BodyCompressionMethod.BUFFER) {
      throw Damage.unsupported("it is compressed in a way that is not supported: codec " + compression.codec()
          + ", method " + compression.method(), "write it with lz4, zstd or no compression, or get it anew");
    }
  }

  /** The batch, uncompressed; its memory lives as long as a holder of it. The caller is the first. */
  StoredBatch inflate() {
    long[] lengths = batch.buffers().stream().mapToLong(this::inflatedBytes).toArray();
    List<StoredBatch.Slice> slices = new ArrayList<>();
    long total = 0;
    for (long length : lengths) {
      slices.add(new StoredBatch.Slice(total, length));
      total = Math.addExact(total, PartFile.align(length));
    }
    long limit = mostBytes(batch.body());
    Damage.require(total <= limit, "a batch of " + batch.body().byteSize() + " bytes says that it has " + total
        + " uncompressed");
    Arena arena = Arena.ofShared();
    try (BufferAllocator exact = new RootAllocator(AllocationListener.NOOP, Long.MAX_VALUE, size -> size)) {
      MemorySegment body = arena.allocate(Math.max(1, total), PartFile.ALIGNMENT);
      for (int i = 0; i < lengths.length; i++) {
        inflate(batch.buffer(i), body.asSlice(slices.get(i).offset(), lengths[i]), exact);
      }
      return new StoredBatch(SharedMapping.of(batch.lease().id(), body, arena), body, batch.rowCount(), batch.nodes(),
          slices, batch.variadicCounts());
    } catch (Throwable failure) {
      arena.close();
      throw failure;
    }
  }

  /** How much can be in a compressed body. */
  static long mostBytes(MemorySegment body) {
    return Math.max(SMALLEST_LIMIT_BYTES, Math.multiplyExact(MAX_RATIO, body.byteSize()));
  }

  private long inflatedBytes(StoredBatch.Slice slice) {
    if (slice.byteSize() == 0) {
      return 0;
    }
    Damage.require(slice.byteSize() >= Long.BYTES, "a compressed buffer has " + slice.byteSize() + " bytes");
    long length = batch.body().get(NativeMemory.LONG, slice.offset());
    Damage.require(length >= -1 && length <= Integer.MAX_VALUE, // Arrow's codecs decompress into one ByteBuffer
        "a compressed buffer has " + length + " bytes uncompressed");
    return length == -1 ? slice.byteSize() - Long.BYTES : length;
  }

  /**
   * Arrow's codec for LZ4 says that there are as many bytes as the buffer claims, however many came out; it takes memory for these alone, so an allocator that
   * does not round tells.
   */
  private void inflate(MemorySegment compressed, MemorySegment target, BufferAllocator allocator) {
    if (target.byteSize() == 0) {
      return;
    }
    if (compressed.get(NativeMemory.LONG, 0) == -1) {
      MemorySegment.copy(compressed, Long.BYTES, target, 0, target.byteSize());
      return;
    }
    ArrowBuf inflated = decompress(compressed, allocator);
    try {
      long found = Math.min(inflated.writerIndex(), inflated.capacity());
      Damage.require(found == target.byteSize(),
          "a compressed buffer has " + found + " bytes uncompressed, not " + target.byteSize());
      MemorySegment.copy(NativeMemory.of(inflated, target.byteSize()), 0, target, 0, target.byteSize());
    } finally {
      inflated.close();
    }
  }

  private ArrowBuf decompress(MemorySegment compressed, BufferAllocator allocator) {
    try {
      return codec.decompress(allocator, wrap(compressed, allocator)); // which releases what it is given
    } catch (RuntimeException damage) {
      throw new Damage("a compressed buffer of " + compressed.byteSize() + " bytes cannot be decompressed", damage);
    }
  }

  private static ArrowBuf wrap(MemorySegment bytes, BufferAllocator allocator) {
    ArrowBuf buffer = allocator.wrapForeignAllocation(new ForeignAllocation(bytes.byteSize(), bytes.address()) {
      @Override
      protected void release0() {
        // the batch's holder keeps the memory
      }
    });
    buffer.writerIndex(bytes.byteSize());
    return buffer;
  }
}
