package io.packice.cli.serve;

import io.packice.backends.memory.MemoryBackend;
import io.packice.cli.command.ByteSize;
import io.packice.cli.command.Console;
import io.packice.cli.command.Evict;

import io.packice.core.Caller.Authority;
import io.packice.core.PeerOptions;
import io.packice.peers.FileSystemPeer;
import io.packice.peers.MemoryPeer;
import io.packice.transport.http.HttpOptions;
import io.packice.transport.uds.UdsAccess;
import io.packice.transport.uds.UdsAddress;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** How to serve, as it was said; {@link Settings} is what follows from it. */
public final class ServeOptions {
  @Option(names = "--config", paramLabel = "FILE", order = 1,
      description = "A YAML file with settings, by the names of these options; otherwise $$PACKICE_CONFIG. Options win over the environment"
          + " (PACKICE_MEMORY for --memory), which wins over the file. packice config shows what follows.")
  @SuppressWarnings("unused") // the sources of settings look for it
  private @Nullable Path config;

  @Option(names = "--impl", paramLabel = "IMPL", order = 2,
      description = {"What objects live in (default: mem).", "mem: shared memory; they end with the peer.",
          "fs: files; the next peer on the folder serves them again.",
          "shared-fs: files in a folder that several peers share, of this host or of many.",
          "tiered: shared memory over files. What is used least goes to the files, what is read again comes back, and a clean"
              + " stop (Ctrl-C, SIGTERM) writes to the files what they do not have; a kill loses that."}) private Impl impl =
                  Impl.MEM;

  @Option(names = "--memory", paramLabel = "SIZE", order = 3,
      description = "mem, tiered: the most memory that objects may take, such as 512m or 4g; otherwise half of this machine's,"
          + " or tiered: no more than --disk.") private @Nullable ByteSize memory;

  @Option(names = "--memory-backend", paramLabel = "BACKEND", order = 3,
      description = {"mem, tiered: what shared memory is made of; otherwise memfd where the system has it.",
          "memfd: memory that the kernel seals; Linux alone has it.",
          "tempfile: files without a name, in /dev/shm if there is one. Not the kernel but permissions keep what is sealed from"
              + " being changed."}) private @Nullable MemoryBackend memoryBackend;

  @Mixin private final DataDirOption dataDir = new DataDirOption();

  @Option(names = "--disk", paramLabel = "SIZE", order = 5,
      description = "fs, shared-fs, tiered: the most disk that objects may take, such as 100g; otherwise half of the folder's disk. Peers that"
          + " share a folder state the same; tiered needs at least as much as --memory.") private @Nullable ByteSize disk;

  @Option(names = "--transport", paramLabel = "TRANSPORT", order = 6, split = ",",
      description = "How clients reach the peer: uds, a Unix socket; http, also from other hosts; or both (default: uds).") private Set<
          Transport> transports = new TreeSet<>();

  @Mixin private final HttpServeOptions http = new HttpServeOptions();

  @Option(names = "--socket-mode", paramLabel = "MODE", order = 10,
      description = "The socket file's permissions, in octal; otherwise 0600, or 0666 if others are let in: who they are is asked of the"
          + " kernel in any case.") private @Nullable SocketMode socketMode;

  @Option(names = "--allow-uid", paramLabel = "USER", order = 11, split = ",", converter = Ids.OfUser.class,
      description = "A user besides the peer's own and root who may connect, by number or name. May be given several times.") private Set<
          Long> allowUid = new TreeSet<>();

  @Option(names = "--allow-gid", paramLabel = "GROUP", order = 12, split = ",", converter = Ids.OfGroup.class,
      description = "A group whose members may connect, by number or name. May be given several times.") private Set<
          Long> allowGid = new TreeSet<>();

  @Option(names = "--shared-objects", order = 13, arity = "0..1", fallbackValue = "true",
      description = "Let everybody who may connect discard, replace and pin what others have made; otherwise only the user who made it,"
          + " the peer's own and root.") private boolean sharedObjects;

  @Option(names = "--evict", paramLabel = "WHAT", order = 14,
      description = "What may go to make room for what is new, unless who makes it says (default: lru). lru: what nobody uses, the least"
          + " recently used first. none: nothing, so that what does not fit is refused.") private Evict evict =
              Evict.LRU;

  @Option(names = "--bookkeeping", paramLabel = "SIZE", order = 15,
      description = "The most heap that names, groups, metadata and leases may take; otherwise half of the heap (-Xmx) less 256m, at least a"
          + " quarter. For objects beyond it others are evicted.") private @Nullable ByteSize bookkeeping;

  @Option(names = "--log-level", paramLabel = "LEVEL", order = 30,
      description = "The least important events that are logged: error, warn, info or debug (default: info). debug has every"
          + " connection and every refusal.") private LogLevel logLevel = LogLevel.INFO;

  @Option(names = "--log-format", paramLabel = "FORMAT", order = 31,
      description = "One line for each event, as text or as json (default: text).") private LogFormat logFormat =
          LogFormat.TEXT;

  /** As nothing was said. */
  public ServeOptions() {
  }

  /** A setting does not go with the others. */
  static final class MisuseException extends RuntimeException {
    private static final long serialVersionUID = 1;

    final String setting;

    MisuseException(String setting, String why) {
      super(why);
      this.setting = setting;
    }
  }

  /**
   * All of them together.
   *
   * @param isTokenOurs whether a token was given to this peer; if not, it comes from the environment, where clients look for theirs
   */
  Settings settings(String address, Console console, boolean isTokenOurs) {
    Path socket = UdsAddress.parse(address);
    Served by = served(isTokenOurs);
    if (!impl.usesMemory()) {
      refuse("memory", memory != null, "is for shared memory: say --disk, or --impl mem or tiered");
      refuse("memory-backend", memoryBackend != null, "is for shared memory: say --impl mem or tiered");
    }
    if (!impl.usesFiles()) {
      refuse("data-dir", dataDir.isGiven(), "is for files: add --impl fs, shared-fs or tiered");
      refuse("disk", disk != null, "is for files: add --impl fs, shared-fs or tiered, or say --memory");
      return new Settings(socket, access(), by, impl, new ByteSize(memoryBytes()), backend(), null, null, evict,
          books(), logLevel, logFormat);
    }
    Path folder = dataDir.folder(console);
    ByteSize onDisk = disk == null ? new ByteSize(FileSystemPeer.defaultCapacityBytes(folder)) : disk;
    return new Settings(socket, access(), by, impl, impl == Impl.TIERED ? inMemory(onDisk) : null,
        impl == Impl.TIERED ? backend() : null, folder, onDisk,
        evict, books(), logLevel, logFormat);
  }

  private MemoryBackend backend() {
    return memoryBackend == null ? MemoryBackend.usual() : memoryBackend;
  }

  private ByteSize books() {
    return bookkeeping == null ? new ByteSize(PeerOptions.DEFAULT.bookkeepingBytes()) : bookkeeping;
  }

  /**
   * Over what.
   *
   * @param http null if not over HTTP
   * @param httpTexts the settings of HTTP as they could be written in a file
   * @param transports how clients reach it
   */
  public record Served(Set<Transport> transports, @Nullable HttpOptions http, Map<String, @Nullable String> httpTexts) {
    /** A Unix socket and nothing else. */
    public static final Served UDS_ONLY = new Served(Set.of(Transport.UDS), null, Map.of());
  }

  private Served served(boolean isTokenOurs) {
    Set<Transport> over = transports.isEmpty() ? Set.of(Transport.UDS) : transports;
    boolean isHttp = over.contains(Transport.HTTP);
    String said = http.said(isTokenOurs);
    refuse(said == null ? "transport" : said, said != null && !isHttp, "is for HTTP: add --transport uds,http");
    HttpOptions options = isHttp ? http.options() : null;
    refuse("access-log", options != null && options.accessLog() && logLevel.compareTo(LogLevel.INFO) < 0,
        "logs at the level info: it needs --log-level info or debug, not " + logLevel);
    return new Served(over, options, HttpServeOptions.texts(options, http));
  }

  private UdsAccess access() {
    boolean isOthers = !(allowUid.isEmpty() && allowGid.isEmpty());
    int byDefault = isOthers ? SocketMode.FOR_OTHERS : UdsAccess.OWNER_ONLY.mode();
    int mode = socketMode == null ? byDefault : socketMode.bits();
    refuse("socket-mode", isOthers && !SocketMode.letsOthersIn(mode), "(" + SocketMode.format(mode)
        + ") keeps out whom --allow-uid or --allow-gid lets in: say 0660 or 0666");
    return new UdsAccess(mode, allowUid, allowGid, sharedObjects ? Authority.ALL_OBJECTS : Authority.OWN_OBJECTS);
  }

  private ByteSize inMemory(ByteSize onDisk) {
    refuse("memory", memory != null && memory.bytes() > onDisk.bytes(), "(" + memory + ") is more than --disk ("
        + onDisk + "): the files must hold at least what the memory does");
    return new ByteSize(Math.min(memoryBytes(), onDisk.bytes()));
  }

  private long memoryBytes() {
    return memory == null ? MemoryPeer.defaultCapacityBytes() : memory.bytes();
  }

  private static void refuse(String setting, boolean isWrong, String why) {
    if (isWrong) {
      throw new MisuseException(setting, why);
    }
  }
}
