package io.packice.jmh;

import io.packice.jmh.rivals.Rival;
import io.packice.jmh.rivals.Store;
import java.io.IOException;
import java.nio.file.Path;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** A rival that holds the payload; started only for the methods that ask for it. */
@State(Scope.Benchmark)
public abstract class OnRival {
  private final Store store;
  private ScratchFolder folder;
  private Rival rival;

  OnRival(Store store) {
    this.store = store;
  }

  /** Starts it, and stores the payload. */
  @Setup
  public void start(Payload payload) throws IOException {
    folder = ScratchFolder.inMemory();
    rival = store.open(folder.path(), payload.bytes);
    rival.put(payload.value());
  }

  Rival rival() {
    return rival;
  }

  Path folder() {
    return folder.path();
  }

  /** Stops it, if what it holds is right. */
  @TearDown
  public void stop(Payload payload) {
    long _ = rival.read(payload::check);
    rival.close();
    folder.close();
  }

  /** Redis. */
  public static class Redis extends OnRival {
    /** Of JMH. */
    public Redis() {
      super(Store.REDIS);
    }
  }

  /** memcached. */
  public static class Memcached extends OnRival {
    /** Of JMH. */
    public Memcached() {
      super(Store.MEMCACHED);
    }
  }

  /** Chronicle Map. */
  public static class OnChronicleMap extends OnRival {
    /** Of JMH. */
    public OnChronicleMap() {
      super(Store.CHRONICLE_MAP);
    }
  }
}
