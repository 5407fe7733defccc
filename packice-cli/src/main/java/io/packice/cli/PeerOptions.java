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
  @Option(names = "--impl", paramLabel = "IMPL",
      description = {"What objects live in (default: mem).", "mem: shared memory; they end with the peer.",
          "fs: files; the next peer on the folder serves them again.",
          "shared-fs: files in a folder that several peers share, of this host or of many.",
          "tiered: shared memory over files. What is used least goes to the files, what is read again comes back, and a clean"
              + " stop (Ctrl-C, SIGTERM) writes to the files what they do not have; a kill loses that."}) private Impl impl =
                  Impl.MEM;

  @Option(names = "--memory", paramLabel = "SIZE",
      description = "mem, tiered: the most memory that objects may take, such as 512m or 4g; otherwise half of this machine's,"
          + " or tiered: no more than --disk.") private @Nullable ByteSize memory;

  @Mixin private final DataDirOption dataDir = new DataDirOption();

  @Option(names = "--disk", paramLabel = "SIZE",
      description = "fs, shared-fs, tiered: the most disk that objects may take, such as 100g; otherwise half of the folder's disk. Peers that"
          + " share a folder state the same; tiered needs at least as much as --memory.") private @Nullable ByteSize disk;

  @Spec(Spec.Target.MIXEE)
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private CommandSpec spec;

  /** Opens the peer; the caller closes it. */
  ServedPeer open(Console console) {
    if (!impl.usesMemory() && memory != null) {
      throw misuse("--memory is for shared memory: say --disk, or --impl mem or tiered");
    }
    if (!impl.usesFiles()) {
      if (dataDir.isGiven()) {
        throw misuse("--data-dir is for files: add --impl fs, shared-fs or tiered");
      }
      if (disk != null) {
        throw misuse("--disk is for files: add --impl fs, shared-fs or tiered, or say --memory");
      }
      return ServedPeer.memory(memoryBytes());
    }
    Path folder = dataDir.folder(console);
    long diskBytes = disk == null ? FileSystemPeer.defaultCapacityBytes(folder) : disk.bytes();
    return switch (impl) {
      case MEM -> throw new AssertionError("it has no folder");
      case FS -> ServedPeer.files(folder, diskBytes);
      case SHARED_FS -> ServedPeer.shared(folder, diskBytes);
      case TIERED -> tiered(folder, diskBytes);
    };
  }

  private ServedPeer tiered(Path folder, long diskBytes) {
    if (memory != null && memory.bytes() > diskBytes) {
      throw misuse("--memory (" + memory + ") is more than --disk (" + ByteSize.format(diskBytes)
          + "): the files must hold at least what the memory does");
    }
    return ServedPeer.tiered(Math.min(memoryBytes(), diskBytes), folder, diskBytes);
  }

  private long memoryBytes() {
    return memory == null ? MemoryPeer.defaultCapacityBytes() : memory.bytes();
  }

  private ParameterException misuse(String why) {
    return new ParameterException(spec.commandLine(), why);
  }
}
