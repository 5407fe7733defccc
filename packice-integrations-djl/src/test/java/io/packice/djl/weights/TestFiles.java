package io.packice.djl.weights;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;

/** Safetensors files, written by hand: as sound or as forged as a test wants. */
final class TestFiles {
  private TestFiles() {
  }

  static Path write(Path file, String json, byte[] data) throws IOException {
    return Files.write(file, bytes(json, data));
  }

  static byte[] bytes(String json, byte[] data) {
    byte[] header = json.getBytes(StandardCharsets.UTF_8);
    return bytes(header.length, header, data);
  }

  static byte[] bytes(long length, byte[] header, byte[] data) {
    return ByteBuffer.allocate(Long.BYTES + header.length + data.length).order(ByteOrder.LITTLE_ENDIAN).putLong(length)
        .put(header).put(data).array();
  }

  static byte[] random(long seed, int length) {
    byte[] bytes = new byte[length];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }

  static byte[] floats(float... values) {
    ByteBuffer bytes = ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    for (float value : values) {
      bytes.putFloat(value);
    }
    return bytes.array();
  }

  static byte[] join(byte[]... parts) {
    int length = 0;
    for (byte[] part : parts) {
      length += part.length;
    }
    ByteBuffer bytes = ByteBuffer.allocate(length);
    for (byte[] part : parts) {
      bytes.put(part);
    }
    return bytes.array();
  }
}
