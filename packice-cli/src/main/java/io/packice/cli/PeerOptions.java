package io.packice.cli;

import io.packice.peers.FileSystemPeer;
import io.packice.peers.MemoryPeer;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Which peer {@code serve} runs, and how much it holds. */
final class PeerOptions {
  /** What objects live in. */
  enum Impl {
    /** Sealed shared memory. */
    mem,
    /** Files. */
    fs
  }

  @Option(names = "--impl", paramLabel = "IMPL",
      description = "mem: objects live in shared memory and end with the peer; this is the default. fs: they live in files, and the"
          + " next peer on the folder serves them again.") private Impl impl = Impl.mem;

  @Option(names = "--memory", paramLabel = "SIZE",
      description = "mem: the most memory that objects may take, such as 512m or 4g; otherwise half of this machine's.") private @Nullable ByteSize memory;

  @Mixin private final DataDirOption dataDir = new DataDirOption();

  @Option(names = "--disk", paramLabel = "SIZE",
      description = "fs: the most disk that objects may take, such as 100g; otherwise half of the folder's disk.") private @Nullable ByteSize disk;

  @Spec(Spec.Target.MIXEE)
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private CommandSpec spec;

  /** Opens the peer; the caller closes it. */
  ServedPeer open(Console console) {
    return switch (impl) {
      case mem -> {
        refuse("--data-dir", dataDir.isGiven(), "for files: add --impl fs");
        refuse("--disk", disk != null, "for files: add --impl fs, or say --memory");
        yield memory(memory == null ? MemoryPeer.defaultCapacityBytes() : memory.bytes());
      }
      case fs -> {
        refuse("--memory", memory != null, "for shared memory: say --disk, or --impl mem");
        Path folder = dataDir.folder(console);
        yield files(folder, disk == null ? FileSystemPeer.defaultCapacityBytes(folder) : disk.bytes());
      }
    };
  }

  private void refuse(String option, boolean isGiven, String why) {
    if (isGiven) {
      throw new ParameterException(spec.commandLine(), option + " is " + why);
    }
  }

  private static ServedPeer memory(long capacity) {
    return new ServedPeer(MemoryPeer.create(capacity), "mem", null, capacity,
        "up to " + ByteSize.format(capacity) + " of shared memory");
  }

  private static ServedPeer files(Path folder, long capacity) {
    FileSystemPeer peer = FileSystemPeer.open(folder, capacity);
    return new ServedPeer(peer, "fs", folder, capacity,
        "up to " + ByteSize.format(capacity) + " of files in " + folder);
  }
}
