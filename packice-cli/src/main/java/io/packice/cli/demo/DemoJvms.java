package io.packice.cli.demo;

import ai.djl.util.Utils;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;

/**
 * How the demo starts its processes: each with just the memory that it needs, so that the figures mean something.
 *
 * @param main the command line's main class
 */
record DemoJvms(Class<?> main) {

  JavaCommand peer(String... args) {
    return JavaCommand.of(main, "-Xmx64m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1").args(args);
  }

  JavaCommand reader(String... args) {
    return JavaCommand.of(main, "-Xmx128m", "-XX:+UseSerialGC").args(args);
  }

  /**
   * DJL takes PyTorch's native libraries from its cache, usually ~/.djl.ai. If they are not there, this leaves them out of it: they go
   * to the folder, which costs 1.5 s or so, and the home folder stays as it was.
   */
  JavaCommand trainer(Path folder, String... args) {
    List<String> flags = new ArrayList<>(List.of("-Xmx512m", "-XX:+UseSerialGC", "-Dai.djl.offline=true",
        "-Dai.djl.default_engine=PyTorch", "-Dai.djl.pytorch.num_threads=1", "-Djna.tmpdir=" + folder));
    if (unpacksNatives()) {
      flags.add("-DENGINE_CACHE_DIR=" + folder.resolve("djl"));
      flags.add("-DDJL_CACHE_DIR=" + folder.resolve("djl"));
    }
    return JavaCommand.of(main, flags.toArray(String[]::new)).args(args);
  }

  /** Whether PyTorch's native libraries are not yet in DJL's cache. The name of the folder there is DJL's. */
  static boolean unpacksNatives() {
    Properties natives = new Properties();
    try (InputStream in = DemoJvms.class.getResourceAsStream("/native/lib/pytorch.properties")) {
      if (in == null) {
        return false; // DJL will say what it misses
      }
      natives.load(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return !Files.isDirectory(Utils.getEngineCacheDir("pytorch").resolve(natives.getProperty("version") + "-"
        + natives.getProperty("flavor") + "-" + natives.getProperty("classifier")));
  }
}
