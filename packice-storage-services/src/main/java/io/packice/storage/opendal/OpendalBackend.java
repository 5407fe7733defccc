package io.packice.storage.opendal;

import io.packice.storage.AbsentException;
import io.packice.storage.Capabilities;
import io.packice.storage.Capability;
import io.packice.storage.DeniedException;
import io.packice.storage.ExistsException;
import io.packice.storage.NodeDetails;
import io.packice.storage.NodeInfo;
import io.packice.storage.NodePage;
import io.packice.storage.NodeReader;
import io.packice.storage.NodeWriter;
import io.packice.storage.OpenContext;
import io.packice.storage.StorageBackend;
import io.packice.storage.UnavailableException;
import io.packice.storage.WriteOptions;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.apache.opendal.Entry;
import org.apache.opendal.Metadata;
import org.apache.opendal.OpenDALException;
import org.apache.opendal.Operator;
import org.jspecify.annotations.Nullable;

/** Any of OpenDAL's services. What it says that it can do is believed of the service's own capabilities alone, for what it cannot is ignored without a word. */
final class OpendalBackend implements StorageBackend {
  /** Their folders are things of their own, and a file is seen while it is written, unless it is written elsewhere and renamed. */
  private static final Set<String> FILE_SYSTEMS = Set.of("fs", "webdav", "webhdfs", "sftp", "hdfs", "alluxio");

  private final Operator operator;
  private final org.apache.opendal.Capability can;
  private final boolean isFileSystem;
  private final OpenContext context;
  private final Capabilities capabilities;

  private OpendalBackend(Operator operator, String scheme, OpenContext context) {
    this.operator = operator;
    this.can = operator.info.fullCapability;
    this.isFileSystem = FILE_SYSTEMS.contains(scheme);
    this.context = context;
    this.capabilities = capabilities(can, isFileSystem);
  }

  static OpendalBackend open(OpendalSettings settings, OpenContext context) {
    Map<String, String> options = new HashMap<>();
    settings.options().forEach((name, value) -> options.put(name, value.reveal()));
    try {
      return new OpendalBackend(Operator.of(settings.scheme(), options), settings.scheme(), context);
    } catch (OpenDALException e) {
      throw OpendalFailures.of("open the mount", context.mount(), e);
    } catch (UnsatisfiedLinkError e) {
      throw new UnavailableException(
          "Cannot open the mount " + context.mount() + ": OpenDAL has no native library for this platform here; add "
              + new OpendalService().library(),
          false, e);
    }
  }

  @Override
  public Capabilities capabilities() {
    return capabilities;
  }

  private static Capabilities capabilities(org.apache.opendal.Capability can, boolean isFileSystem) {
    EnumSet<Capability> all = EnumSet.noneOf(Capability.class);
    add(all, can.read, Capability.READ, Capability.RANGE);
    add(all, can.write, Capability.WRITE);
    add(all, can.write && (can.rename || !isFileSystem), Capability.ATOMIC);
    add(all, can.writeCanAppend && can.write, Capability.APPEND);
    add(all, can.delete, Capability.DELETE);
    add(all, can.list, Capability.LIST);
    add(all, can.copy, Capability.SERVER_SIDE_COPY);
    add(all, can.createDir && isFileSystem, Capability.FOLDERS);
    return new Capabilities(all);
  }

  private static void add(Set<Capability> all, boolean there, Capability... these) {
    if (there) {
      all.addAll(List.of(these));
    }
  }

  /** Asks the service; what it says is told as the family of storage. */
  <T> T ask(String verb, String path, Supplier<T> question) {
    requireName(path);
    try {
      return question.get();
    } catch (OpenDALException e) {
      throw OpendalFailures.of(verb, context.name(path), e);
    }
  }

  /** OpenDAL takes a backslash for a slash. */
  private void requireName(String path) {
    if (path.indexOf('\\') >= 0) {
      throw new DeniedException(
          "Cannot use " + context.name(path) + ": OpenDAL has no names with a backslash; choose another one");
    }
  }

  @Override
  public Optional<NodeInfo> stat(String path) {
    if (path.isEmpty()) {
      return Optional.of(NodeInfo.folder(""));
    }
    try {
      return Optional.of(info(path, ask("look at", path, () -> operator.stat(path))));
    } catch (AbsentException | ExistsException e) { // no file, or below one
      return isFolder(path) ? Optional.of(NodeInfo.folder(path)) : Optional.empty();
    }
  }

  private boolean isFolder(String path) {
    try {
      return isFileSystem ? ask("look at", path, () -> operator.stat(path + "/")).isDir()
          : can.list && !ask("look at", path, () -> operator.list(path + "/")).isEmpty();
    } catch (AbsentException | ExistsException e) {
      return false;
    }
  }

  private static NodeInfo info(String path, Metadata metadata) {
    if (metadata.isDir()) {
      return NodeInfo.folder(path);
    }
    String tag = metadata.etag != null ? metadata.etag : metadata.lastModified == null ? null
        : metadata.lastModified + "-" + metadata.contentLength;
    return new NodeInfo(path, false, metadata.contentLength, metadata.lastModified, tag,
        new NodeDetails(null, metadata.contentType, null, null, Map.of()));
  }

  @Override
  public NodeReader read(String path, @Nullable String version) {
    NodeInfo info = stat(path).orElse(null);
    if (info == null || info.isFolder()) {
      throw new AbsentException("Cannot read " + context.name(path) + ": "
          + (info == null ? "there is no such file" : "it is a folder") + "; look at the listing");
    }
    return new OpendalReader(this, operator, info, context.name(path));
  }

  @Override
  public NodePage list(String folder, @Nullable String after) {
    String prefix = folder.isEmpty() ? "" : folder + "/";
    if (!folder.isEmpty() && isFileSystem && !isFolder(folder)) {
      throw absentFolder(folder);
    }
    List<Entry> entries = ask("list", folder, () -> operator.list(prefix.isEmpty() ? "/" : prefix));
    List<NodeInfo> children = new ArrayList<>();
    for (Entry entry : entries) {
      String path = entry.path.endsWith("/") ? entry.path.substring(0, entry.path.length() - 1) : entry.path;
      if (path.length() > prefix.length() && !OpendalWriter.isUnfinished(path)) {
        children.add(listed(path, entry.metadata));
      }
    }
    if (entries.isEmpty() && !folder.isEmpty() && !isFileSystem) {
      throw absentFolder(folder);
    }
    return new NodePage(children, null);
  }

  private AbsentException absentFolder(String folder) {
    return new AbsentException(
        "Cannot list " + context.name(folder) + ": there is no such folder; look at the listing above");
  }

  /** Some services' listings say nothing but names. */
  private NodeInfo listed(String path, Metadata metadata) {
    NodeInfo info = metadata.isFile() && metadata.contentLength <= 0 && metadata.lastModified == null
        ? stat(path).orElseGet(() -> info(path, metadata)) : info(path, metadata);
    return new NodeInfo(path, info.isFolder(), info.size(), info.modified(), info.tag(), NodeDetails.NONE);
  }

  private void requireReplaceable(String path, boolean replace) {
    Optional<NodeInfo> there = isFileSystem || !replace || path.isEmpty() ? stat(path) : Optional.empty();
    if (there.isPresent() && (there.get().isFolder() || !replace)) {
      throw new ExistsException("Cannot write " + context.name(path) + ": a "
          + (there.get().isFolder() ? "folder" : "file") + " is there; choose another name");
    }
  }

  @Override
  public NodeWriter write(String path, WriteOptions options) {
    requireName(path);
    requireReplaceable(path, options.replace());
    return new OpendalWriter(this, operator, isFileSystem && can.rename, options, path, context);
  }

  @Override
  public NodeWriter append(String path) {
    requireReplaceable(path, true);
    return new OpendalAppender(this, operator, path);
  }

  /** What was just written. */
  NodeInfo written(String path) {
    return stat(path).orElseThrow(
        () -> new AbsentException("Cannot find " + context.name(path) + ": it was removed at once; write it again"));
  }

  @Override
  public void makeFolder(String path) {
    if (stat(path).filter(info -> !info.isFolder()).isPresent()) {
      throw new ExistsException(
          "Cannot make the folder " + context.name(path) + ": a file is there; choose another name");
    }
    ask("make the folder", path, () -> {
      operator.createDir(path + "/");
      return true;
    });
  }

  @Override
  public void delete(List<String> paths) {
    for (String path : paths) {
      boolean folder = isFileSystem && isFolder(path);
      if (folder && !list(path, null).children().isEmpty()) {
        throw new ExistsException(
            "Cannot delete the folder " + context.name(path) + ": it is not empty; delete what is in it, or the tree");
      }
      ask("delete", path, () -> {
        operator.delete(folder ? path + "/" : path);
        return true;
      });
    }
  }

  @Override
  public boolean copyFrom(StorageBackend from, String path, String to, WriteOptions options) {
    if (from != this) {
      return false;
    }
    requireReplaceable(to, options.replace());
    ask("copy", path, () -> {
      operator.copy(path, to);
      return true;
    });
    return true;
  }

  @Override
  public boolean rename(String from, String to, boolean replace) {
    if (!can.rename || stat(from).filter(info -> !info.isFolder()).isEmpty()) {
      return false;
    }
    requireReplaceable(to, replace);
    ask("move", from, () -> {
      operator.rename(from, to);
      return true;
    });
    return true;
  }

  @Override
  public void close() {
    operator.close();
  }
}
