package io.packice.process;

import io.packice.LeasedBlob;
import io.packice.LeasedObject;
import io.packice.ObjectWriter;
import io.packice.Packice;
import io.packice.PackiceClient;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.SplittableRandom;
import java.util.zip.CRC32C;

/** A client in a process of its own: does one thing, says so, and waits for its standard input to end. */
final class ClientMain {
  private ClientMain() {
  }

  public static void main(String[] args) throws IOException {
    try (PackiceClient client = Packice.connect(Path.of(args[0]))) {
      String id = args[2];
      switch (args[1]) {
        case "write" -> write(client, id, Long.parseLong(args[3]), Long.parseLong(args[4]));
        case "checksum" -> checksum(client, id);
        case "ends" -> ends(client, id);
        case "lease" -> hold(client.get(id));
        case "draft" -> hold(client.create(id, Long.parseLong(args[3])));
        case "store" -> store(client, id);
        default -> throw new IllegalArgumentException(args[1]);
      }
    }
  }

  private static void hold(AutoCloseable held) throws IOException {
    System.out.println("holding " + held);
    System.in.transferTo(OutputStream.nullOutputStream());
  }

  private static void write(PackiceClient client, String id, long byteSize, long seed) {
    try (ObjectWriter writer = client.create(id, byteSize)) {
      fill(writer.blob(0).segment(), seed);
      writer.seal();
    }
    System.out.println("sealed");
  }

  /** Random bytes; only both ends of what is too large to fill in a test. */
  static void fill(MemorySegment segment, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    long end = segment.byteSize() & -8L;
    for (long at = 0; at < end; at += at == 1 << 20 && end > 1L << 30 ? end - (2 << 20) : 8) {
      segment.set(ValueLayout.JAVA_LONG, at, random.nextLong());
    }
  }

  static long crc(LeasedBlob blob) {
    CRC32C crc = new CRC32C();
    crc.update(blob.byteBuffer());
    return crc.getValue();
  }

  private static void checksum(PackiceClient client, String id) {
    try (LeasedObject object = client.get(id)) {
      System.out.println(crc(object.blob(0)));
    }
  }

  private static void ends(PackiceClient client, String id) {
    try (LeasedObject object = client.get(id)) {
      MemorySegment segment = object.blob(0).segment();
      System.out.println(segment.byteSize() + " " + segment.get(ValueLayout.JAVA_LONG, 0) + " "
          + segment.get(ValueLayout.JAVA_LONG, segment.byteSize() - 8) + " "
          + segment.get(ValueLayout.JAVA_LONG, 1L << 31));
    }
  }

  /** A store past Java's own checks into a reader's mapping: the kernel raises a fault in this process. */
  private static void store(PackiceClient client, String id) {
    try (LeasedObject object = client.get(id)) {
      System.out.println("storing");
      MemorySegment.ofAddress(object.blob(0).segment().address()).reinterpret(8).set(ValueLayout.JAVA_BYTE, 0,
          (byte) 1);
      System.out.println("stored");
    }
  }
}
