package io.packice.cli;

import io.packice.PackiceClient;
import io.packice.arrow.ArrowTable;
import io.packice.arrow.ArrowTables;
import io.packice.arrow.FixedWidthColumn;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** The process of the demo that reads the table again and again: opens it, touches every byte of every column, closes it. */
@Command(name = "demo-read", hidden = true, description = "The reader of the demo.")
final class DemoReadCommand extends ClientCommand {
  /** Between two scans, so that the demo leaves something of a small machine to others. */
  private static final long PAUSE_MS = 10;

  @Parameters(paramLabel = "TABLE") private String table = "";

  private final CountDownLatch stop = new CountDownLatch(1);

  DemoReadCommand(Console console) {
    super(console);
  }

  @Override
  int run(PackiceClient client) throws IOException, InterruptedException {
    ArrowTables tables = new ArrowTables(client);
    long expected = scan(tables).sum();
    printJson(Map.of("reading", table));
    console.flush();
    ParentWatch.start(console.in(), stop::countDown);
    List<Long> nanos = new ArrayList<>();
    long bytes = 0;
    long startNanos = System.nanoTime();
    do {
      long scanStart = System.nanoTime();
      Scan scan = scan(tables);
      nanos.add(System.nanoTime() - scanStart);
      bytes = scan.bytes();
      if (scan.sum() != expected) {
        throw new CliException("Cannot trust table " + table + ": scan " + nanos.size() + " added up to " + scan.sum()
            + ", the first to " + expected + "; sealed bytes never change, so this is a bug in Packice", null);
      }
    } while (!stop.await(PAUSE_MS, TimeUnit.MILLISECONDS));
    nanos.sort(null);
    printJson(Map.of("scans", nanos.size(), "bytes", bytes, "seconds", (System.nanoTime() - startNanos) / 1e9,
        "median_scan_seconds", nanos.get(nanos.size() / 2) / 1e9));
    return 0;
  }

  private record Scan(long bytes, long sum) {
  }

  private Scan scan(ArrowTables tables) {
    long bytes = 0;
    long sum = 0;
    try (ArrowTable opened = tables.open(table)) {
      for (var field : opened.schema().getFields()) {
        for (FixedWidthColumn.Chunk chunk : opened.column(field.getName()).chunks()) {
          bytes += chunk.values().byteSize();
          sum += sum(chunk.values());
        }
      }
    }
    return new Scan(bytes, sum);
  }

  /** Of its words of 8 bytes, and then of the bytes that are left. */
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
