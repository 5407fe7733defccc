package io.packice.jmh;

import io.packice.LeasedObject;
import io.packice.Packice;
import io.packice.PackiceClient;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.function.LongSupplier;

/** A client process of {@link ClientsBenchmark}: for each number on its input it does something that often, and answers how often it went well. */
final class ClientMain {
  static final int BYTES = 4096;

  /** What a client asks. */
  enum Target {
    /** A peer behind a Unix socket. */
    PEER,
    /** A file. */
    FILE
  }

  private ClientMain() {
  }

  public static void main(String... args) throws IOException {
    Path path = Path.of(args[1]);
    switch (Target.valueOf(args[0])) {
      case PEER -> {
        try (PackiceClient client = Packice.connect(path)) {
          serve(() -> {
            try (LeasedObject object = client.get("object")) {
              return last(object.blob(0).segment()) == 1 ? 1 : 0;
            }
          });
        }
      }
      case FILE -> serve(() -> {
        try (Arena arena = Arena.ofShared(); FileChannel channel = FileChannel.open(path)) {
          return last(channel.map(FileChannel.MapMode.READ_ONLY, 0, BYTES, arena)) == 0 ? 1 : 0;
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      });
    }
  }

  private static byte last(MemorySegment segment) {
    return segment.get(ValueLayout.JAVA_BYTE, segment.byteSize() - 1);
  }

  private static void serve(LongSupplier once) throws IOException {
    PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    try (BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        long well = 0;
        for (int i = Integer.parseInt(line); i > 0; i--) {
          well += once.getAsLong();
        }
        out.println(well);
      }
    }
  }
}
