package io.packice.djl;

import io.packice.process.Child;
import java.io.IOException;
import java.util.List;

/** A JVM of a test's own with what the engine needs; the same as this JVM's. */
public final class EngineChild {
  private static final List<String> JVM_ARGUMENTS = List.of("-Xmx512m", "--sun-misc-unsafe-memory-access=allow",
      "--add-opens=java.base/java.nio=ALL-UNNAMED", "-Djava.awt.headless=true", "-Dai.djl.offline=true",
      "-Dai.djl.default_engine=PyTorch", "-Dai.djl.pytorch.num_threads=1",
      "-DDJL_CACHE_DIR=" + System.getProperty("DJL_CACHE_DIR"));

  private EngineChild() {
  }

  /** Starts a main class of the test class path. */
  public static Child start(Class<?> main, Object... arguments) throws IOException {
    return new Child(JVM_ARGUMENTS, main, arguments);
  }
}
