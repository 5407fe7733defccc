package io.packice.cli.demo;

import io.packice.cli.command.ByteSize;
import io.packice.cli.command.Console;
import io.packice.cli.command.Durations;
import io.packice.cli.command.Quantity;
import io.packice.cli.command.TextTable;
import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What the demo measured.
 *
 * @param imported the tables
 * @param training the process that trained
 * @param reading the process that read meanwhile
 * @param processes their memory at the moment at which they had most of it in common
 */
record DemoReport(Import imported, Training training, Reading reading, List<Row> processes) {
  /**
   * The tables.
   *
   * @param trainCount digits to train with
   * @param testCount digits to test with
   * @param time for both tables, files to sealed objects
   * @param sharedBytes bytes of shared memory that they take, all together
   */
  record Import(int trainCount, int testCount, Duration time, long sharedBytes) {
  }

  /**
   * The process that trained.
   *
   * @param epochs how often it saw each digit
   * @param ready from before its connection to its first batch
   * @param samplesPerSecond digits through the network, forth and back
   * @param accuracy the part of the test digits that it reads right
   */
  record Training(int epochs, Duration ready, double samplesPerSecond, double accuracy) {
  }

  /**
   * The process that read meanwhile.
   *
   * @param scans how often it opened the table and read all of it
   * @param bytes the bytes of one scan
   * @param seconds how long it did so, pauses included
   * @param medianScanSeconds the time of one scan, opening included
   */
  record Reading(long scans, long bytes, double seconds, double medianScanSeconds) {
  }

  /**
   * The memory of one process.
   *
   * @param name what it does
   * @param pid its number
   * @param memory what it occupies
   */
  record Row(String name, long pid, ProcessMemory memory) {
  }

  void printTo(Console console) throws IOException {
    console.line("");
    new TextTable("MEASURE", ">VALUE", "OF")
        .row("import time", Durations.format(imported.time()),
            (imported.trainCount() + imported.testCount()) + " digits, from files to sealed tables")
        .row("ready to train", text("%.1f ms", training.ready().toNanos() / 1e6), "connect to first batch")
        .row("training", text("%.0f/s", training.samplesPerSecond()),
            "samples, " + Quantity.count(training.epochs(), "epoch") + " of " + imported.trainCount())
        .row("test accuracy", text("%.1f %%", 100 * training.accuracy()),
            imported.testCount() + " digits that it never saw")
        .row("reader", text("%.1f ms", 1e3 * reading.medianScanSeconds()),
            "open and read " + ByteSize.format(reading.bytes()) + ", median of " + reading.scans() + " scans in "
                + text("%.1f s", reading.seconds()))
        .row("shared memory", ByteSize.format(imported.sharedBytes()), "both tables, once for all processes")
        .printTo(console);
    console.line("");
    TextTable memory = new TextTable("PROCESS", ">PID", ">MEMORY (PSS)", ">TABLES MAPPED", ">ITS SHARE (PSS)");
    processes.forEach(
        row -> memory.row(row.name(), String.valueOf(row.pid()), ByteSize.format(row.memory().proportionalBytes()),
            ByteSize.format(row.memory().mappedBytes()), ByteSize.format(row.memory().mappedProportionalBytes())));
    memory.printTo(console);
    console.line("");
  }

  private static String text(String format, double value) {
    return String.format(Locale.ROOT, format, value);
  }

  Map<String, Object> fields() {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("train_count", imported.trainCount());
    fields.put("test_count", imported.testCount());
    fields.put("import_seconds", Durations.seconds(imported.time()));
    fields.put("shared_bytes", imported.sharedBytes());
    fields.put("epochs", training.epochs());
    fields.put("ready_seconds", Durations.seconds(training.ready()));
    fields.put("samples_per_second", training.samplesPerSecond());
    fields.put("test_accuracy", training.accuracy());
    fields.put("reader_scans", reading.scans());
    fields.put("reader_scan_bytes", reading.bytes());
    fields.put("reader_median_scan_seconds", reading.medianScanSeconds());
    fields.put("processes", processes.stream().map(row -> Map.of("name", row.name(), "pid", row.pid(),
        "pss_bytes", row.memory().proportionalBytes(), "mapped_bytes", row.memory().mappedBytes(),
        "mapped_pss_bytes", row.memory().mappedProportionalBytes())).toList());
    return fields;
  }
}
