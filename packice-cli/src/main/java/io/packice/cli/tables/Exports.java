package io.packice.cli.tables;

import io.packice.arrow.ArrowTable;
import io.packice.arrow.ipc.IpcFormat;
import io.packice.arrow.parquet.ParquetExport;
import io.packice.arrow.parquet.WriteOptions;
import io.packice.arrow.text.CsvFormat;
import io.packice.arrow.text.JsonFormat;
import io.packice.cli.command.Progress;
import java.io.IOException;
import java.nio.channels.WritableByteChannel;

/** Writes tables to files. */
final class Exports {
  private Exports() {
  }

  static void run(ArrowTable table, ExportFormat format, WriteOptions.Codec codec, WritableByteChannel to,
      Progress bar) throws IOException {
    switch (format) {
      case parquet -> ParquetExport.of(table).withOptions(WriteOptions.defaults().withCodec(codec))
          .withProgress(bar::advanceTo).into(to);
      case arrow -> IpcFormat.file().write(table, to, bar::advanceTo);
      case arrows -> IpcFormat.stream().write(table, to, bar::advanceTo);
      case csv -> CsvFormat.standard().write(table, to, bar::advanceTo);
      case jsonl -> JsonFormat.standard().write(table, to, bar::advanceTo);
    }
  }
}
