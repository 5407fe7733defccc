package io.packice.jmh.rivals;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Whom Packice is measured against. */
public enum Store {
  /** A server of values, over its Unix socket. */
  REDIS("Redis", "redis-server", RedisRival.SETTINGS) {
    @Override
    public Rival open(Path folder, long largestBytes) throws IOException {
      return new RedisRival(folder);
    }
  },
  /** A server of values. */
  MEMCACHED("memcached", "memcached", MemcachedRival.SETTINGS) {
    @Override
    public Rival open(Path folder, long largestBytes) throws IOException {
      return new MemcachedRival(folder, largestBytes);
    }
  },
  /** A map in a file that processes share by mapping it, without a server. */
  CHRONICLE_MAP("Chronicle Map", null, ChronicleMapRival.SETTINGS) {
    @Override
    public Rival open(Path folder, long largestBytes) throws IOException {
      return new ChronicleMapRival(folder.resolve("chronicle-map"), largestBytes);
    }
  };

  private final String title;
  private final @Nullable String program;
  private final String settings;

  Store(String title, @Nullable String program, String settings) {
    this.title = title;
    this.program = program;
    this.settings = settings;
  }

  /**
   * Starts one.
   *
   * @param folder where its files go, on a file system in memory; of the caller, who removes it
   * @param largestBytes the length of the largest value
   * @return the store, empty; the caller closes it
   * @throws IOException if it cannot be started
   */
  public abstract Rival open(Path folder, long largestBytes) throws IOException;

  /**
   * Whether there is one here.
   *
   * @return true if it needs no program, or that is on the path
   */
  public boolean isInstalled() {
    return program == null || Stream.of(System.getenv("PATH").split(Pattern.quote(File.pathSeparator), -1))
        .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
  }

  /**
   * What to do if it is not there.
   *
   * @return one sentence
   */
  public String howToInstall() {
    return program + " is not on the PATH; install it (apt-get install " + program + ")";
  }

  /**
   * How it was tuned.
   *
   * @return version, options and client
   */
  public String settings() {
    return settings;
  }

  @Override
  public String toString() {
    return title;
  }
}
