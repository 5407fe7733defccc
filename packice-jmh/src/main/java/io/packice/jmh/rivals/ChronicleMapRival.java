package io.packice.jmh.rivals;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.Objects;
import java.util.function.ToLongFunction;
import net.openhft.chronicle.bytes.RandomDataInput;
import net.openhft.chronicle.hash.Data;
import net.openhft.chronicle.map.ChronicleMap;
import net.openhft.chronicle.map.ExternalMapQueryContext;

/** Values in a Chronicle Map, in a file in memory. Needs a JVM with many packages opened. */
final class ChronicleMapRival implements Rival {
  static final String SETTINGS =
      "createPersistedTo a file in /dev/shm, one segment, chunks of an eighth of the value, put without the old value; read in place under"
          + " the map's lock, without a copy, by the address of the entry; in a JVM of its own with the packages opened that it wants; analytics off";

  private static final String KEY = "object";
  private static final int ENTRIES = 4;
  private static final int CHUNKS = 8;
  private static final int MIN_CHUNK_BYTES = 64;
  private static final int MAX_CHUNK_BYTES = 1 << 24;
  private static final double BLOAT = 2;

  private final ChronicleMap<CharSequence, byte[]> map;

  ChronicleMapRival(Path file, long largestBytes) throws IOException {
    System.setProperty("chronicle.analytics.disable", "true");
    int chunkBytes = Math.clamp(largestBytes / CHUNKS, MIN_CHUNK_BYTES, MAX_CHUNK_BYTES);
    map = ChronicleMap.of(CharSequence.class, byte[].class).averageKeySize(KEY.length())
        .averageValueSize((double) largestBytes)
        .entries(ENTRIES).maxBloatFactor(BLOAT).putReturnsNull(true).actualSegments(1).actualChunkSize(chunkBytes)
        .createPersistedTo(file.toFile());
  }

  @Override
  public void put(byte[] value) {
    byte[] _ = map.put(KEY, value);
  }

  @Override
  public long read(ToLongFunction<MemorySegment> reader) {
    try (ExternalMapQueryContext<CharSequence, byte[], ?> context = map.queryContext(KEY)) {
      context.readLock().lock();
      Data<byte[]> value = Objects.requireNonNull(context.entry()).value();
      RandomDataInput bytes = value.bytes();
      return reader.applyAsLong(
          MemorySegment.ofAddress(bytes.addressForRead(value.offset())).reinterpret(value.size()));
    }
  }

  @Override
  public void close() {
    map.close();
  }
}
