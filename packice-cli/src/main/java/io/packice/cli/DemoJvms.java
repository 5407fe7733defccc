package io.packice.cli;

import ai.djl.util.Platform;
import ai.djl.util.Utils;
import java.nio.file.Files;
import java.nio.file.Path;

/** How the demo starts its processes: each with just the memory that it needs, so that the figures mean something. */
final class DemoJvms {
  private static final String ENGINE = "pytorch";

  private DemoJvms() {
  }

  static JavaCommand peer(String... args) {
    return JavaCommand.of(Main.class, "-Xmx64m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1").args(args);
  }

  static JavaCommand reader(String... args) {
    return JavaCommand.of(Main.class, "-Xmx128m", "-XX:+UseSerialGC").args(args);
  }

  /**
   * DJL takes PyTorch's native libraries from its cache, usually ~/.djl.ai. If they are not there, this leaves them out of it: they go
   * to the folder, which costs 1.5 s or so, and the home folder stays as it was.
   */
  static JavaCommand trainer(Path folder, String... args) {
    JavaCommand command = unpacksNatives()
        ? JavaCommand.of(Main.class,
            djlFlags("-DENGINE_CACHE_DIR=" + folder.resolve("djl"), "-DDJL_CACHE_DIR=" + folder.resolve("djl")))
        : JavaCommand.of(Main.class, djlFlags());
    return command.args(args);
  }

  private static String[] djlFlags(String... more) {
    String[] flags = {"-Xmx512m", "-XX:+UseSerialGC", "-Dai.djl.offline=true", "-Dai.djl.default_engine=PyTorch",
        "-Dai.djl.pytorch.num_threads=1"};
    String[] all = new String[flags.length + more.length];
    System.arraycopy(flags, 0, all, 0, flags.length);
    System.arraycopy(more, 0, all, flags.length, more.length);
    return all;
  }

  /** Whether PyTorch's native libraries are not yet in DJL's cache. */
  static boolean unpacksNatives() {
    Platform platform = Platform.detectPlatform(ENGINE);
    return !Files.isDirectory(Utils.getEngineCacheDir(ENGINE)
        .resolve(platform.getVersion() + "-" + platform.getFlavor() + "-" + platform.getClassifier()));
  }
}
