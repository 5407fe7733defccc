package io.packice.cli.doctor;

import io.packice.ObjectWriter;
import io.packice.Packice;
import io.packice.PackiceClient;
import io.packice.backends.memory.MemoryBackend;
import io.packice.backends.memory.TempFileBlobStore;
import io.packice.cli.command.ByteSize;
import io.packice.cli.command.Failures;
import io.packice.cli.command.Quantity;
import io.packice.cli.serve.Settings;
import io.packice.core.InvalidRequestException;
import io.packice.core.PackiceException;
import io.packice.core.PeerOptions;
import io.packice.core.PeerUnavailableException;
import io.packice.core.StorageException;
import io.packice.peers.MemoryPeer;
import io.packice.transport.uds.UdsLibrary;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;

/** What this JVM can do here: make and seal shared memory, reach the peer, write its folder. */
final class ProcessChecks {
  private static final Runtime.Version OLDEST = Runtime.Version.parse("25.0.3");
  private static final String UNSAFE = "--sun-misc-unsafe-memory-access=";
  private static final long PROBE_BYTES = 1 << 20;

  private final Settings settings;

  ProcessChecks(Settings settings) {
    this.settings = settings;
  }

  List<Check> all() {
    return List.of(jdk(), flags(), sharedMemory(), temporaryFiles(), socket(), files());
  }

  private static Check jdk() {
    String found = Runtime.version() + " in " + System.getProperty("java.home");
    return Runtime.version().compareToIgnoreOptional(OLDEST) >= 0 ? Check.ok("JDK", found)
        : Check.fail("JDK", found, "a JDK of at least " + OLDEST + "; earlier ones may move pinned objects");
  }

  private static Check flags() {
    boolean isNative = PackiceClient.class.getModule().isNativeAccessEnabled();
    boolean isUnsafe = ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .anyMatch(flag -> flag.startsWith(UNSAFE));
    if (isNative && isUnsafe) {
      return Check.ok("JVM flags", "native access and Unsafe are allowed");
    }
    return Check.warn("JVM flags",
        (isNative ? "" : "native access is not allowed; ") + (isUnsafe ? "" : "Unsafe is not allowed; ")
            + "the JVM warns, and later JDKs will refuse",
        "--enable-native-access=ALL-UNNAMED " + UNSAFE + "allow");
  }

  /** Does what a peer does for each object. */
  private Check sharedMemory() {
    MemoryBackend backend = Objects.requireNonNullElse(settings.memoryBackend(), MemoryBackend.usual());
    try (MemoryPeer peer =
        MemoryPeer.create(backend, PROBE_BYTES, PeerOptions.DEFAULT);
        PackiceClient client = Packice.connect(peer);
        ObjectWriter writer = client.create("probe", PROBE_BYTES)) {
      writer.seal();
      client.get("probe").close();
      return backend == MemoryBackend.MEMFD
          ? Check.ok("shared memory", "made, sealed and mapped; the size of /dev/shm does not matter to memfd")
          : Check.warn("shared memory",
              "temporary files in " + TempFileBlobStore.folder() + ", which has "
                  + ByteSize.format(Files.getFileStore(TempFileBlobStore.folder()).getUsableSpace())
                  + ": the kernel does not forbid this user and root to write to what is sealed",
              "--memory-backend memfd where the system has it; else clients of other users, who cannot");
    } catch (IOException e) {
      return Check.fail("shared memory", Failures.reasonOf(e), "a folder for temporary files that can be written");
    } catch (PackiceException e) {
      return Check.fail("shared memory", String.valueOf(e.getMessage()),
          "a kernel, container or seccomp profile that allows memfd_create,"
              + " fcntl and fallocate");
    }
  }

  /** Does what a peer does once, before it listens. */
  private static Check temporaryFiles() {
    try {
      UdsLibrary.require();
      return Check.ok("temporary files",
          System.getProperty("java.io.tmpdir") + ": the library for Unix sockets was unpacked and loaded");
    } catch (StorageException e) {
      return Check.fail("temporary files", String.valueOf(e.getMessage()).replaceFirst(";.*", ""),
          "PrivateTmp=yes in the systemd unit, a tmpfs for the container, or PACKICE_JAVA_OPTS=-Djava.io.tmpdir=FOLDER");
    }
  }

  private Check socket() {
    Path socket = settings.socket();
    Path folder = socket.getParent();
    if (Files.exists(socket)) {
      return reach(socket);
    }
    if (folder == null || !Files.isDirectory(folder)) {
      return Check.fail("socket", socket + ": there is no such folder",
          "mkdir " + folder + ", RuntimeDirectory= in the systemd unit, or another --socket");
    }
    return Files.isWritable(folder) ? Check.ok("socket", socket + ": no peer yet, its folder can be written")
        : Check.fail("socket", socket + ": this user may not write its folder", "another --socket, or another user");
  }

  private static Check reach(Path socket) {
    try (PackiceClient client = Packice.connect(socket)) {
      return Check.ok("socket",
          socket + ": a peer answers, it has " + Quantity.count(client.stats().objects(), "object"));
    } catch (PeerUnavailableException nobody) {
      return Check.warn("socket", socket + ": there is one, but no peer answers this user",
          "packice serve takes it over if its peer has died; if it lives, ask its owner for --allow-uid");
    } catch (InvalidRequestException unknown) {
      return Check.warn("socket", socket + ": a server of others answers there, which knows no numbers of itself",
          "another --socket for a peer of Packice");
    } catch (PackiceException refused) {
      return Check.fail("socket", String.valueOf(refused.getMessage()), "ask the peer's owner to let this user in");
    }
  }

  private Check files() {
    Path folder = settings.dataDir();
    ByteSize disk = settings.disk();
    if (folder == null || disk == null) {
      return Check.ok("files", "none: objects live in memory");
    }
    Path existing = folder;
    while (!Files.exists(existing) && existing.getParent() != null) {
      existing = existing.getParent();
    }
    if (!Files.isDirectory(existing) || !Files.isWritable(existing)) {
      return Check.fail("files", folder + ": this user may not write " + existing,
          "StateDirectory= in the systemd unit, a volume of the container, or another --data-dir");
    }
    try {
      long free = Files.getFileStore(existing).getUsableSpace();
      String found = folder + ": " + ByteSize.format(free) + " free on its disk, objects may take " + disk
          + " with those that are there";
      boolean isEnough = free >= disk.bytes() || (Files.exists(folder) && free > 0);
      return isEnough ? Check.ok("files", found)
          : Check.warn("files", found, "a smaller --disk, or a larger disk: a full one refuses writers");
    } catch (IOException e) {
      return Check.fail("files", folder + ": " + Failures.reasonOf(e), "another --data-dir");
    }
  }
}
