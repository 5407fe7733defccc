package io.packice.djl.tensor;

import java.io.BufferedReader;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Functions of the libtorch that DJL has loaded, by their C++ names. DJL's engine must have been loaded before the first call. */
final class LibTorch {
  private static final String LIBRARY = "libtorch_cpu.so";

  /** Looked for once. */
  private record Loaded(@Nullable Path path) {
    private static final Loaded LIBRARY_OF_DJL = find();

    private static Loaded find() {
      Path path = loaded();
      if (path == null || !System.getProperty("os.arch").equals("amd64")) {
        Log.copies(LIBRARY + (path == null ? " is not among the libraries of this process"
            : " is not one for x86-64, where a function returns a tensor as we expect"));
        return new Loaded(null);
      }
      return new Loaded(path);
    }

    /** Where the process has libtorch from. */
    private static @Nullable Path loaded() {
      try (BufferedReader maps = new BufferedReader(new InputStreamReader(
          new FileInputStream("/proc/self/maps"), StandardCharsets.UTF_8))) { // an interrupted thread cannot use channels
        return maps.lines().filter(line -> line.endsWith("/" + LIBRARY))
            .map(line -> Path.of(line.substring(line.indexOf('/'))))
            .findFirst().orElse(null);
      } catch (IOException unreadable) {
        Log.copies("cannot read /proc/self/maps: " + unreadable);
        return null;
      }
    }
  }

  private LibTorch() {
  }

  /** A function; empty, with a line in the log, if this libtorch has none of that name, or is none that we know how to call. */
  static Optional<MemorySegment> find(String symbol) {
    Path path = Loaded.LIBRARY_OF_DJL.path();
    if (path == null) {
      return Optional.empty();
    }
    Optional<MemorySegment> function = SymbolLookup.libraryLookup(path, Arena.global()).find(symbol);
    if (function.isEmpty()) {
      Log.copies(path + " has no " + symbol);
    }
    return function;
  }
}
