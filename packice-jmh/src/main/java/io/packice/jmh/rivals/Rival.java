package io.packice.jmh.rivals;

import java.lang.foreign.MemorySegment;
import java.util.function.ToLongFunction;

/** A store that keeps one value for other processes. For one thread; whoever opened it closes it, which stops its server. */
public interface Rival extends AutoCloseable {
  /**
   * Stores a value in place of the one that is there.
   *
   * @param value its bytes
   */
  void put(byte[] value);

  /**
   * Reads the value, copied or not as the store does it.
   *
   * @param reader is given the bytes, for the time of its call
   * @return what the reader says
   */
  long read(ToLongFunction<MemorySegment> reader);

  @Override
  void close();
}
