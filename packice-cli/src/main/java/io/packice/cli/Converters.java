package io.packice.cli;

import io.packice.core.Metadata;
import io.packice.core.ObjectId;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import picocli.CommandLine;

/** How arguments become values. Each refuses with a message of its own, which {@link Failures} shows as it is. */
final class Converters {
  private Converters() {
  }

  static void registerIn(CommandLine line) {
    line.registerConverter(ObjectId.class, ObjectId::new);
    line.registerConverter(Metadata.class, Metadata::parse);
    line.registerConverter(ByteSize.class, ByteSize::parse);
    line.registerConverter(Impl.class, Impl::parse);
    line.registerConverter(Evict.class, Evict::parse);
    line.registerConverter(Transport.class, Transport::parse);
    line.registerConverter(LogLevel.class, LogLevel::parse);
    line.registerConverter(LogFormat.class, LogFormat::parse);
    line.registerConverter(SocketMode.class, SocketMode::parse);
    line.registerConverter(Duration.class, Durations::parse);
    line.registerConverter(Separator.class, Separator::parse);
    line.registerConverter(ColumnTypes.class, ColumnTypes::parse);
    line.registerConverter(Path.class, Converters::path);
  }

  /** Not an empty one either, which Java takes for the current folder, and which is a variable of a script that was not set. */
  static Path path(String text) {
    if (text.isBlank()) {
      throw new IllegalArgumentException("Cannot use \"" + text + "\" as a path: it is empty; name a file or a folder");
    }
    try {
      return Path.of(text);
    } catch (InvalidPathException e) {
      throw new IllegalArgumentException(Failures.describe(e), e);
    }
  }
}
