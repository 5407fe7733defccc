package io.packice.djl.weights;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Writes tensors as a safetensors file: without holes, as the format wants it, and the data on a multiple of eight bytes. */
final class SafetensorsExport {
  private static final int PIECE_BYTES = 1 << 26;

  private SafetensorsExport() {
  }

  /** Returns how many bytes were written. */
  static long write(TensorTable table, MemorySegment data, WritableByteChannel out) throws IOException {
    List<WeightTensor> packed = new ArrayList<>(table.tensors().size());
    long end = 0;
    for (WeightTensor tensor : table.tensors()) {
      packed.add(tensor.at(end));
      end += tensor.byteSize();
    }
    byte[] json = new TensorTable(table.metadata(), packed).toJson();
    String spaces = " ".repeat(-json.length & (Long.BYTES - 1));
    int headerBytes = json.length + spaces.length();
    if (headerBytes > SafetensorsFile.MAX_HEADER_BYTES) {
      throw new IOException(
          "Cannot export " + packed.size() + " tensors as one safetensors file: its header would have "
              + headerBytes + " bytes, of at most " + SafetensorsFile.MAX_HEADER_BYTES);
    }
    ByteBuffer header = ByteBuffer.allocate(Long.BYTES + headerBytes).order(ByteOrder.LITTLE_ENDIAN)
        .putLong(headerBytes).put(json).put(spaces.getBytes(StandardCharsets.US_ASCII)).flip();
    writeFully(header, out);
    for (WeightTensor tensor : table.tensors()) {
      write(data.asSlice(tensor.offset(), tensor.byteSize()), out);
    }
    return header.limit() + end;
  }

  private static void write(MemorySegment bytes, WritableByteChannel out) throws IOException {
    for (long done = 0; done < bytes.byteSize(); done += PIECE_BYTES) {
      writeFully(bytes.asSlice(done, Math.min(PIECE_BYTES, bytes.byteSize() - done)).asByteBuffer(), out);
    }
  }

  private static void writeFully(ByteBuffer bytes, WritableByteChannel out) throws IOException {
    while (bytes.hasRemaining()) {
      out.write(bytes);
    }
  }
}
