package io.packice.cli.serve;

import io.packice.backends.memory.MemoryBackend;
import io.packice.cli.command.ByteSize;
import io.packice.cli.command.Evict;

import io.packice.core.Caller.Authority;
import io.packice.transport.http.HttpOptions;
import io.packice.transport.uds.UdsAccess;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * How a peer is served: each setting with its effective value, checked as a whole.
 *
 * @param socket where it listens
 * @param access who may connect there
 * @param served over what else
 * @param impl what objects live in
 * @param memory the most memory that they may take; null if they live in files alone
 * @param memoryBackend what memory is made of; null if they live in files alone
 * @param dataDir where the files are; null if there are none
 * @param disk the most disk that they may take; null if there are no files
 * @param evict what may go to make room, unless a request says
 * @param bookkeeping the most heap that names, groups, metadata and leases may take
 * @param logLevel which events are logged
 * @param logFormat how
 */
public record Settings(Path socket, UdsAccess access, ServeOptions.Served served, Impl impl, @Nullable ByteSize memory,
    @Nullable MemoryBackend memoryBackend,
    @Nullable Path dataDir,
    @Nullable ByteSize disk, Evict evict, ByteSize bookkeeping,
    LogLevel logLevel, LogFormat logFormat) {
  /** Checks that there is what the implementation needs, and nothing else. */
  public Settings {
    if (impl.usesMemory() != (memory != null && memoryBackend != null)
        || impl.usesFiles() != (disk != null && dataDir != null)) {
      throw new IllegalArgumentException("Cannot serve " + impl + " with memory " + memory + ", disk " + disk + " and "
          + dataDir + "; give each what it needs");
    }
  }

  /** How clients reach it. */
  Set<Transport> transports() {
    return served.transports();
  }

  /**
   * How it is served over HTTP; null if it is not.
   *
   * @return the options
   */
  @Nullable
  public HttpOptions http() {
    return served.http();
  }

  /** Opens the peer; the caller closes it. */
  ServedPeer open() {
    return switch (impl) {
      case MEM -> ServedPeer.memory(Objects.requireNonNull(memoryBackend), Objects.requireNonNull(memory).bytes(),
          evict.room(), bookkeeping.bytes());
      case FS -> ServedPeer.files(Objects.requireNonNull(dataDir), Objects.requireNonNull(disk).bytes(), evict.room(),
          bookkeeping.bytes());
      case SHARED_FS ->
          ServedPeer.shared(Objects.requireNonNull(dataDir), Objects.requireNonNull(disk).bytes(), evict.room(),
              bookkeeping.bytes());
      case TIERED -> ServedPeer.tiered(Objects.requireNonNull(memoryBackend), Objects.requireNonNull(memory).bytes(),
          Objects.requireNonNull(dataDir),
          Objects.requireNonNull(disk).bytes(), evict.room(), bookkeeping.bytes());
    };
  }

  private static @Nullable String list(Set<Long> ids) {
    return ids.isEmpty() ? null : ids.stream().sorted().map(String::valueOf).collect(Collectors.joining(","));
  }

  /** Each setting as it could be written in a file; null where it does not apply. In the order of the help. */
  Map<String, @Nullable String> texts() {
    Map<String, @Nullable String> texts = new LinkedHashMap<>();
    texts.put("impl", impl.toString());
    texts.put("memory", memory == null ? null : memory.exact());
    texts.put("memory-backend", memoryBackend == null ? null : memoryBackend.toString());
    texts.put("data-dir", dataDir == null ? null : dataDir.toString());
    texts.put("disk", disk == null ? null : disk.exact());
    texts.put("transport", transports().stream().sorted().map(Transport::toString).collect(Collectors.joining(",")));
    texts.put("socket-mode", SocketMode.format(access.mode()));
    texts.put("allow-uid", list(access.uids()));
    texts.put("allow-gid", list(access.gids()));
    texts.put("shared-objects", String.valueOf(access.objects() == Authority.ALL_OBJECTS));
    texts.put("evict", evict.toString());
    texts.put("bookkeeping", bookkeeping.exact());
    texts.putAll(served.httpTexts());
    texts.put("log-level", logLevel.toString());
    texts.put("log-format", logFormat.toString());
    texts.put("socket", socket.toString());
    return texts;
  }
}
