package io.packice.cli.demo;

import io.packice.PackiceClient;
import io.packice.arrow.ArrowTable;
import io.packice.arrow.ArrowTables;
import io.packice.arrow.FixedWidthColumn;
import io.packice.cli.command.CliException;
import io.packice.cli.command.ClientCommand;
import io.packice.cli.command.Console;
import io.packice.cli.command.ParentWatch;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.arrow.vector.types.pojo.Field;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** The process of the demo that reads the table again and again: opens it, reads every byte of every column, closes it. */
@Command(name = "demo-read", hidden = true, description = "The reader of the demo.")
public final class DemoReadCommand extends ClientCommand {
  /** After each scan, the table still open, so that the demo leaves something of a small machine to the trainer. */
  private static final long PAUSE_MS = 50;

  @Parameters(paramLabel = "TABLE") private String table = "";

  private final CountDownLatch stop = new CountDownLatch(1);

  /**
   * The command.
   *
   * @param console what the command talks to
   */
  public DemoReadCommand(Console console) {
    super(console);
  }

  @Override
  protected int run(PackiceClient client) throws IOException, InterruptedException {
    ArrowTables tables = new ArrowTables(client);
    Scan first;
    try (ArrowTable opened = tables.open(table)) {
      first = Scan.of(opened);
    }
    printJson(Map.of("reading", table));
    console.flush();
    ParentWatch.start(console.in(), stop::countDown);
    List<Long> nanos = new ArrayList<>();
    long startNanos = System.nanoTime();
    boolean stopped = false;
    while (!stopped) {
      long scanStart = System.nanoTime();
      try (ArrowTable opened = tables.open(table)) {
        Scan scan = Scan.of(opened);
        nanos.add(System.nanoTime() - scanStart);
        requireSame(scan, first);
        stopped = stop.await(PAUSE_MS, TimeUnit.MILLISECONDS);
      }
    }
    nanos.sort(null);
    printJson(Map.of("scans", nanos.size(), "bytes", first.bytes(), "seconds", (System.nanoTime() - startNanos) / 1e9,
        "median_scan_seconds", nanos.get(nanos.size() / 2) / 1e9));
    return 0;
  }

  private void requireSame(Scan scan, Scan first) {
    if (!scan.equals(first)) {
      throw new CliException("Cannot trust table " + table + ": it read as " + scan + " after " + first
          + "; sealed bytes never change, so this is a bug in Packice", null);
    }
  }

  /**
   * What one pass over a table saw.
   *
   * @param bytes how many bytes
   * @param sum their sum, in words of 8 as far as they go
   */
  private record Scan(long bytes, long sum) {
    static Scan of(ArrowTable opened) {
      long bytes = 0;
      long sum = 0;
      for (Field field : opened.schema().getFields()) {
        for (FixedWidthColumn.Chunk chunk : opened.column(field.getName()).chunks()) {
          bytes += chunk.values().byteSize();
          sum += sum(chunk.values());
        }
      }
      return new Scan(bytes, sum);
    }

    private static long sum(MemorySegment values) {
      long words = values.byteSize() / Long.BYTES;
      long sum = 0;
      for (long i = 0; i < words; i++) {
        sum += values.getAtIndex(ValueLayout.JAVA_LONG_UNALIGNED, i);
      }
      for (long at = words * Long.BYTES; at < values.byteSize(); at++) {
        sum += values.get(ValueLayout.JAVA_BYTE, at);
      }
      return sum;
    }
  }
}
