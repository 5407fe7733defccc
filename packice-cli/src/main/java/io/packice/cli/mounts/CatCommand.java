package io.packice.cli.mounts;

import io.packice.cli.command.Console;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code packice mounts cat}. */
@Command(name = "cat", description = "Write files to standard output, one after another.",
    footer = {"  packice mounts cat s3:train/part-0.csv | head -3"})
final class CatCommand extends MountsSubcommand {
  private static final int CHUNK = 1 << 18;

  @Parameters(arity = "1..*", paramLabel = "NODE", description = "The files.") private List<String> nodes = List.of();

  CatCommand(Console console) {
    super(console);
  }

  @Override
  int run(Operands operands) throws IOException {
    OutputStream out = Channels.newOutputStream(console.outChannel());
    byte[] chunk = new byte[CHUNK];
    for (String text : nodes) {
      try (InputStream in = operands.node(text).inputStream()) {
        for (int count = in.read(chunk); count >= 0; count = in.read(chunk)) {
          out.write(chunk, 0, count);
        }
      }
    }
    out.flush();
    return 0;
  }
}
