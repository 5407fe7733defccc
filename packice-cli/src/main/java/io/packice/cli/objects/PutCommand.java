package io.packice.cli.objects;

import io.packice.BlobWriter;
import io.packice.ObjectWriter;
import io.packice.PackiceClient;
import io.packice.cli.command.ByteSize;
import io.packice.cli.command.CliException;
import io.packice.cli.command.ClientCommand;
import io.packice.cli.command.Console;
import io.packice.cli.command.Durations;
import io.packice.cli.command.EvictOption;
import io.packice.cli.command.Failures;
import io.packice.cli.command.GivenPath;
import io.packice.cli.command.Progress;
import io.packice.cli.command.Quantity;
import io.packice.core.AcquireRequest;
import io.packice.core.AcquireRequest.IfExists;
import io.packice.core.Metadata;
import io.packice.core.ObjectId;
import io.packice.core.ObjectStatus;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code packice put}. */
@Command(name = "put",
    description = "Store files, or standard input, as an object: sealed and shared once it is complete.",
    footer = {"  packice put config/run7 run7.yaml",
        "  packice put shards/0 images.bin labels.bin      one object of two blobs",
        "  zcat big.json.gz | packice put big -            standard input, of any length",
        "  packice put model m.bin --replace --meta '{\"epoch\":3}' --ttl 2h"})
public final class PutCommand extends ClientCommand {
  private static final String STANDARD_INPUT = "-";
  private static final int CHUNK_BYTES = 1 << 20;

  @Parameters(index = "0", paramLabel = "ID", description = "The object's name.")
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private ObjectId id;

  @Parameters(index = "1..*", paramLabel = "FILE",
      description = "Its blobs, one file each; - or nothing is standard input.") private List<String> files =
          List.of(STANDARD_INPUT);

  @Option(names = "--meta", paramLabel = "JSON",
      description = "What the object says about itself: a JSON object.") private @Nullable Metadata meta;

  @Option(names = "--replace",
      description = "Replace an object of the same name at once; its readers keep the old one.") private boolean replace;

  @Option(names = "--ttl", paramLabel = "TIME",
      description = "The object's life, such as 90s, 10m, 2h; otherwise for ever.") private @Nullable Duration ttl;

  @Mixin private final EvictOption evict = new EvictOption();

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private CommandSpec spec;

  /**
   * The command.
   *
   * @param console what the command talks to
   */
  public PutCommand(Console console) {
    super(console);
  }

  @Override
  protected int run(PackiceClient client) throws IOException {
    long startNanos = System.nanoTime();
    if (files.size() > 1 && files.contains(STANDARD_INPUT)) {
      throw new ParameterException(spec.commandLine(),
          "Standard input has no length to create the other blobs by: give it alone");
    }
    Path only = GivenPath.of(files.getFirst());
    if (files.getFirst().equals(STANDARD_INPUT)) {
      putStream(client, console.inChannel(), "standard input");
    } else if (files.size() == 1 && Files.exists(only) && !Files.isRegularFile(only)) {
      try (ReadableByteChannel pipe = open(only)) {
        putStream(client, pipe, only.toString());
      }
    } else {
      putFiles(client);
    }
    report(client.stat(id.value()), Duration.ofNanos(System.nanoTime() - startNanos));
    return 0;
  }

  private void report(ObjectStatus status, Duration took) throws IOException {
    if (json()) {
      printJson(Statuses.fields(status));
    } else {
      console.line(id + ": " + ByteSize.format(status.object().byteSize()) + " in "
          + Quantity.count(status.object().blobs().size(), "blob") + ", " + Durations.format(took));
    }
  }

  private AcquireRequest request(@Nullable List<Long> sizes) {
    AcquireRequest request = AcquireRequest.create(id, sizes).withObjectTtl(ttl)
        .withIfExists(replace ? IfExists.REPLACE : IfExists.FAIL).withRoom(evict.room());
    return meta == null ? request : request.withMeta(meta);
  }

  /** Its length is known only at its end: an object without sizes grows with it. */
  private void putStream(PackiceClient client, ReadableByteChannel source, String name) throws IOException {
    try (ObjectWriter writer = client.create(request(null));
        Progress progress = Progress.ofUnknownBytes(console, "put " + id)) {
      copy(source, writer.blob(0).channel(), name, progress);
      writer.seal();
    }
  }

  private void putFiles(PackiceClient client) throws IOException {
    List<FileChannel> sources = new ArrayList<>();
    try {
      List<Long> sizes = new ArrayList<>();
      for (String file : files) {
        FileChannel source = open(GivenPath.of(file));
        sources.add(source);
        sizes.add(source.size());
      }
      try (ObjectWriter writer = client.create(request(sizes));
          Progress progress = Progress.ofBytes(console, "put " + id, sizes.stream().mapToLong(Long::longValue).sum())) {
        for (int i = 0; i < sources.size(); i++) {
          putFile(sources.get(i), writer.blob(i), files.get(i), progress);
        }
        writer.seal();
      }
    } finally {
      for (FileChannel source : sources) {
        source.close();
      }
    }
  }

  private static void putFile(FileChannel source, BlobWriter blob, String file, Progress progress) throws IOException {
    long copied = copy(source, blob.channel(), file, progress);
    if (copied != blob.byteSize()) {
      throw new CliException("Cannot put " + file + ": it shrank from " + blob.byteSize() + " to " + copied
          + " bytes while it was read; put it again when nobody writes to it", null);
    }
  }

  private static FileChannel open(Path file) {
    try {
      if (Files.isDirectory(file)) {
        throw new CliException("Cannot read " + file + ": it is a folder; name files", null);
      }
      return FileChannel.open(file);
    } catch (IOException e) {
      throw new CliException("Cannot read " + file + ": " + Failures.reasonAndAdvice(e), e);
    }
  }

  private static long copy(ReadableByteChannel source, WritableByteChannel target, String name, Progress progress)
      throws IOException {
    ByteBuffer chunk = ByteBuffer.allocateDirect(CHUNK_BYTES);
    long copied = 0;
    while (read(source, chunk, name) >= 0) {
      chunk.flip();
      progress.advance(chunk.remaining());
      copied += chunk.remaining();
      while (chunk.hasRemaining()) {
        target.write(chunk);
      }
      chunk.clear();
    }
    return copied;
  }

  private static int read(ReadableByteChannel source, ByteBuffer chunk, String name) {
    try {
      return source.read(chunk);
    } catch (IOException e) {
      throw new CliException("Cannot read " + name + ": " + Failures.reasonAndAdvice(e), e);
    }
  }
}
