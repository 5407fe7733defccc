package io.packice.cli;

import io.packice.backends.memory.MemoryBackend;
import io.packice.cli.command.ByteSize;
import io.packice.cli.command.Durations;
import io.packice.cli.command.Evict;
import io.packice.cli.command.GivenPath;
import io.packice.cli.serve.Impl;
import io.packice.cli.serve.LogFormat;
import io.packice.cli.serve.LogLevel;
import io.packice.cli.serve.SocketMode;
import io.packice.cli.serve.Transport;
import io.packice.cli.tables.ColumnTypes;
import io.packice.cli.tables.Separator;

import io.packice.core.Metadata;
import io.packice.core.ObjectId;
import java.nio.file.Path;
import java.time.Duration;
import picocli.CommandLine;

/** How arguments become values. Each refuses with a message of its own, which {@link io.packice.cli.command.Failures} shows as it is. */
final class Converters {
  private Converters() {
  }

  static void registerIn(CommandLine line) {
    line.registerConverter(ObjectId.class, ObjectId::new);
    line.registerConverter(Metadata.class, Metadata::parse);
    line.registerConverter(ByteSize.class, ByteSize::parse);
    line.registerConverter(Impl.class, Impl::parse);
    line.registerConverter(MemoryBackend.class, MemoryBackend::parse);
    line.registerConverter(Evict.class, Evict::parse);
    line.registerConverter(Transport.class, Transport::parse);
    line.registerConverter(LogLevel.class, LogLevel::parse);
    line.registerConverter(LogFormat.class, LogFormat::parse);
    line.registerConverter(SocketMode.class, SocketMode::parse);
    line.registerConverter(Duration.class, Durations::parse);
    line.registerConverter(Separator.class, Separator::parse);
    line.registerConverter(ColumnTypes.class, ColumnTypes::parse);
    line.registerConverter(Path.class, GivenPath::of);
  }
}
