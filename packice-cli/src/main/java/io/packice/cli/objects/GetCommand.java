package io.packice.cli.objects;

import io.packice.LeasedBlob;
import io.packice.LeasedObject;
import io.packice.PackiceClient;
import io.packice.cli.command.CliException;
import io.packice.cli.command.ClientCommand;
import io.packice.cli.command.Console;
import io.packice.cli.command.Failures;
import io.packice.cli.command.GivenPath;
import io.packice.cli.command.OutputFile;
import io.packice.cli.command.Progress;
import io.packice.core.ObjectId;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code packice get}. */
@Command(name = "get", description = "Write the bytes of an object to a file or to standard output.", footer = {
    "  packice get config/run7",
    "  packice get shards/0 --blob 1 -o labels.bin     the second of its blobs"})
public final class GetCommand extends ClientCommand {
  private static final String STANDARD_OUTPUT = "-";
  private static final long CHUNK_BYTES = 8L << 20;

  @Parameters(index = "0", paramLabel = "ID", description = "The object.")
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private ObjectId id;

  @Option(names = "--blob", paramLabel = "N",
      description = "Which of its blobs, from 0; needed if it has several.") private @Nullable Integer blob;

  @Option(names = {"-o", "--output"}, paramLabel = "FILE",
      description = "Where to; the file appears when it is complete. - or nothing is standard output.") private String output =
          STANDARD_OUTPUT;

  /**
   * The command.
   *
   * @param console what the command talks to
   */
  public GetCommand(Console console) {
    super(console);
  }

  @Override
  protected int run(PackiceClient client) throws IOException {
    try (LeasedObject object = client.get(id.value())) {
      MemorySegment bytes = chosen(object).segment();
      if (output.equals(STANDARD_OUTPUT)) {
        copy(bytes, console.outChannel());
        return 0;
      }
      try (OutputFile file = OutputFile.create(GivenPath.of(output))) {
        copy(bytes, file.channel());
        file.publish();
      } catch (IOException e) {
        throw new CliException("Cannot write " + output + ": " + Failures.reasonAndAdvice(e), e);
      }
      return 0;
    }
  }

  private LeasedBlob chosen(LeasedObject object) {
    int count = object.blobs().size();
    if (blob == null && count == 1) {
      return object.blob(0);
    }
    if (blob == null || blob < 0 || blob >= count) {
      throw new CliException("Cannot get " + (blob == null ? "one blob" : "blob " + blob) + " of " + id + ": it has "
          + (count == 0 ? "none" : count + "; choose with --blob 0" + (count > 1 ? " to " + (count - 1) : "")), null);
    }
    return object.blob(blob);
  }

  private void copy(MemorySegment bytes, WritableByteChannel target) throws IOException {
    try (Progress progress = Progress.ofBytes(console, "get " + id, bytes.byteSize())) {
      for (long done = 0; done < bytes.byteSize(); done += CHUNK_BYTES) {
        ByteBuffer chunk = bytes.asSlice(done, Math.min(CHUNK_BYTES, bytes.byteSize() - done)).asByteBuffer();
        progress.advance(chunk.remaining());
        while (chunk.hasRemaining()) {
          target.write(chunk);
        }
      }
    }
  }
}
