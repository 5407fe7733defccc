package io.packice.storage.memory;

import io.packice.storage.AbsentException;
import io.packice.storage.Capabilities;
import io.packice.storage.Capability;
import io.packice.storage.ExistsException;
import io.packice.storage.NodeInfo;
import io.packice.storage.NodePage;
import io.packice.storage.NodeReader;
import io.packice.storage.NodeVersion;
import io.packice.storage.NodeWriter;
import io.packice.storage.OpenContext;
import io.packice.storage.StorageBackend;
import io.packice.storage.UnavailableException;
import io.packice.storage.WriteOptions;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Files by path, each with its versions, under one lock; bytes are copied outside of it. */
final class MemoryBackend implements StorageBackend {
  private static final int PAGE = 1_000;
  private static final Capabilities WITHOUT_VERSIONS =
      Capabilities.of(Capability.READ, Capability.WRITE, Capability.DELETE, Capability.LIST,
          Capability.RANGE, Capability.ATOMIC, Capability.APPEND, Capability.METADATA, Capability.SERVER_SIDE_COPY,
          Capability.HASH, Capability.FOLDERS);
  private static final Capabilities WITH_VERSIONS =
      Capabilities.of(Capability.READ, Capability.WRITE, Capability.DELETE, Capability.LIST,
          Capability.RANGE, Capability.ATOMIC, Capability.APPEND, Capability.METADATA, Capability.SERVER_SIDE_COPY,
          Capability.HASH, Capability.FOLDERS,
          Capability.VERSIONS);

  private final OpenContext context;
  private final boolean versioned;
  private final long capacity;

  /** The newest first; a deleted file may have versions below an empty first. */
  private final TreeMap<String, Deque<MemoryFile>> files = new TreeMap<>();
  private final Map<String, Deque<MemoryFile>> deleted = new TreeMap<>();
  private long used;
  private long tags;

  MemoryBackend(MemorySettings settings, OpenContext context) {
    this.context = context;
    this.versioned = Boolean.TRUE.equals(settings.versions());
    this.capacity = settings.capacity() == null ? Long.MAX_VALUE : settings.capacity();
  }

  @Override
  public Capabilities capabilities() {
    return versioned ? WITH_VERSIONS : WITHOUT_VERSIONS;
  }

  private @Nullable MemoryFile newest(String path) {
    Deque<MemoryFile> versions = files.get(path);
    return versions == null ? null : versions.getFirst();
  }

  @Override
  public synchronized Optional<NodeInfo> stat(String path) {
    if (path.isEmpty()) {
      return Optional.of(NodeInfo.folder(""));
    }
    return Optional.ofNullable(newest(path)).map(file -> file.info(path, true, versioned));
  }

  @Override
  public NodeReader read(String path, @Nullable String version) {
    MemoryFile file = file(path, version);
    return new MemoryReader(this, path, file, file.info(path, true, versioned));
  }

  private synchronized MemoryFile file(String path, @Nullable String version) {
    MemoryFile file = version == null ? newest(path)
        : history(path).stream().filter(each -> each.tag().equals(version)).findFirst().orElse(null);
    if (file == null || file.isFolder()) {
      throw new AbsentException("Cannot read " + context.name(path) + ": "
          + (file == null ? "there is no such file" : "it is a folder") + "; look at the listing");
    }
    return file;
  }

  private List<MemoryFile> history(String path) {
    List<MemoryFile> all = new ArrayList<>(files.getOrDefault(path, new ArrayDeque<>()));
    all.addAll(deleted.getOrDefault(path, new ArrayDeque<>()));
    return all;
  }

  /** Whether the newest is still this one. */
  synchronized boolean isNewest(String path, MemoryFile file) {
    MemoryFile now = newest(path);
    return now != null && now.tag().equals(file.tag());
  }

  @Override
  public synchronized NodePage list(String folder, @Nullable String after) {
    MemoryFile at = newest(folder);
    if (!folder.isEmpty() && (at == null || !at.isFolder())) {
      throw new AbsentException(
          "Cannot list " + context.name(folder) + ": there is no such folder; look at the listing above");
    }
    String prefix = folder.isEmpty() ? "" : folder + "/";
    List<NodeInfo> children = new ArrayList<>();
    String path = after == null ? files.ceilingKey(prefix) : files.higherKey(after);
    while (path != null && path.startsWith(prefix) && children.size() < PAGE) {
      int slash = path.indexOf('/', prefix.length());
      if (slash >= 0) { // what is below a child comes behind it, up to the character after the slash
        path = files.ceilingKey(path.substring(0, slash) + '0');
        continue;
      }
      children.add(Objects.requireNonNull(newest(path)).info(path, false, versioned));
      path = files.higherKey(path);
    }
    boolean more = path != null && path.startsWith(prefix);
    return new NodePage(children, more && !children.isEmpty() ? children.getLast().path() : null);
  }

  @Override
  public synchronized NodeWriter write(String path, WriteOptions options) {
    requireReplaceable(path, options.replace());
    return new MemoryWriter(this, path, options, new Content(), false);
  }

  @Override
  public NodeWriter append(String path) {
    return new MemoryWriter(this, path, WriteOptions.DEFAULT, new Content(), true);
  }

  private void requireReplaceable(String path, boolean replace) {
    MemoryFile there = newest(path);
    boolean refused = there != null && (there.isFolder() || !replace);
    if (path.isEmpty() || refused) {
      throw new ExistsException(
          "Cannot write " + context.name(path) + ": a " + (there != null && !there.isFolder() ? "file" : "folder")
              + " is there; choose another name");
    }
  }

  synchronized void take(String path, long bytes) {
    if (bytes > capacity - used) {
      throw new UnavailableException(
          "Cannot write " + context.name(path) + ": " + bytes + " more bytes do not fit into " + capacity + " with "
              + used + " used; delete something",
          false, null);
    }
    used += bytes;
  }

  synchronized void giveBack(long bytes) {
    used -= bytes;
  }

  synchronized NodeInfo put(String path, Content content, WriteOptions options) {
    requireReplaceable(path, options.replace());
    makeFolder(path.substring(0, Math.max(0, path.lastIndexOf('/'))));
    return add(path,
        new MemoryFile(content, Instant.now(), nextTag(), content.hash(), options.mediaType(), options.metadata()));
  }

  synchronized NodeInfo extend(String path, Content added) {
    requireReplaceable(path, true);
    MemoryFile there = newest(path);
    Content before = there == null ? null : there.content();
    if (there == null || before == null) {
      return put(path, added, WriteOptions.DEFAULT);
    }
    take(path, before.size()); // twice, until the old one is let go of
    Content content = new Content();
    content.add(before);
    content.add(added);
    return add(path,
        new MemoryFile(content, Instant.now(), nextTag(), content.hash(), there.mediaType(), there.metadata()));
  }

  private String nextTag() {
    return "v" + ++tags;
  }

  private NodeInfo add(String path, MemoryFile file) {
    Deque<MemoryFile> versions = files.computeIfAbsent(path, _ -> new ArrayDeque<>());
    if (!versioned) {
      versions.forEach(old -> used -= old.size());
      versions.clear();
    }
    versions.addFirst(file);
    return file.info(path, true, versioned);
  }

  @Override
  public synchronized void makeFolder(String path) {
    for (int end = path.indexOf('/'); !path.isEmpty(); end = path.indexOf('/', end + 1)) {
      String folder = end < 0 ? path : path.substring(0, end);
      MemoryFile there = newest(folder);
      if (there != null && !there.isFolder()) {
        throw new ExistsException(
            "Cannot make the folder " + context.name(folder) + ": a file is there; choose another name");
      }
      files.computeIfAbsent(folder, _ -> new ArrayDeque<>(List.of(MemoryFile.folder(Instant.now()))));
      if (end < 0) {
        return;
      }
    }
  }

  @Override
  public synchronized void delete(List<String> paths) {
    for (String path : paths) {
      String below = files.higherKey(path + "/");
      if (below != null && below.startsWith(path + "/")) {
        throw new ExistsException(
            "Cannot delete the folder " + context.name(path) + ": it is not empty; delete what is in it, or the tree");
      }
      Deque<MemoryFile> gone = files.remove(path);
      if (gone != null && !gone.getFirst().isFolder()) {
        if (versioned) {
          gone.addAll(deleted.getOrDefault(path, new ArrayDeque<>()));
          deleted.put(path, gone);
        } else {
          gone.forEach(file -> used -= file.size());
        }
      }
    }
  }

  @Override
  public synchronized boolean copyFrom(StorageBackend from, String path, String to, WriteOptions options) {
    if (from != this) {
      return false;
    }
    MemoryFile file = file(path, null);
    requireReplaceable(to, options.replace());
    take(to, file.size());
    makeFolder(to.substring(0, Math.max(0, to.lastIndexOf('/'))));
    add(to,
        new MemoryFile(file.content(), Instant.now(), nextTag(), file.hash(), file.mediaType(), options.metadata()));
    return true;
  }

  @Override
  public synchronized boolean rename(String from, String to, boolean replace) {
    requireReplaceable(to, replace);
    if (versioned) {
      return false; // a version stays where it was
    }
    makeFolder(to.substring(0, Math.max(0, to.lastIndexOf('/'))));
    Map<String, Deque<MemoryFile>> below = new TreeMap<>(files.subMap(from + "/", from + "0"));
    Deque<MemoryFile> moved = files.remove(from);
    if (moved == null) {
      throw new AbsentException("Cannot move " + context.name(from) + ": there is no such node; look at the listing");
    }
    Deque<MemoryFile> replaced = files.put(to, moved);
    if (replaced != null) {
      replaced.forEach(file -> used -= file.size());
    }
    below.forEach((path, file) -> {
      files.remove(path);
      files.put(to + path.substring(from.length()), file);
    });
    return true;
  }

  @Override
  public synchronized List<NodeVersion> versions(String path) {
    return history(path).stream().filter(file -> !file.isFolder()).map(MemoryFile::version).toList();
  }

  @Override
  public synchronized void deleteVersion(String path, String version) {
    for (Map<String, Deque<MemoryFile>> all : List.of(files, deleted)) {
      Deque<MemoryFile> versions = all.getOrDefault(path, new ArrayDeque<>());
      Optional<MemoryFile> one = versions.stream().filter(each -> each.tag().equals(version)).findFirst();
      if (one.isPresent()) {
        versions.remove(one.get());
        used -= one.get().size();
        if (versions.isEmpty()) {
          all.remove(path);
        }
        return;
      }
    }
    throw new AbsentException(
        "Cannot delete version " + version + " of " + context.name(path) + ": there is none; list them");
  }

  @Override
  public synchronized void setMetadata(String path, Map<String, String> metadata) {
    MemoryFile file = file(path, null);
    Deque<MemoryFile> versions = Objects.requireNonNull(files.get(path));
    versions.removeFirst();
    versions.addFirst(file.withMetadata(metadata, nextTag()));
  }

  /** What was written ends with it. */
  @Override
  public synchronized void close() {
    files.clear();
    deleted.clear();
  }
}
