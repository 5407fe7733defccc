package io.packice.storage.peer;

import io.packice.LeasedObject;
import io.packice.ObjectWriter;
import io.packice.PackiceClient;
import io.packice.core.AcquireRequest;
import io.packice.core.AcquireRequest.IfExists;
import io.packice.core.Metadata;
import io.packice.core.NotFoundException;
import io.packice.core.ObjectId;
import io.packice.core.ObjectStatus;
import io.packice.core.PackiceException;
import io.packice.storage.AbsentException;
import io.packice.storage.Capabilities;
import io.packice.storage.Capability;
import io.packice.storage.DeniedException;
import io.packice.storage.NodeDetails;
import io.packice.storage.NodeInfo;
import io.packice.storage.NodePage;
import io.packice.storage.NodeReader;
import io.packice.storage.NodeWriter;
import io.packice.storage.OpenContext;
import io.packice.storage.StorageBackend;
import io.packice.storage.WriteOptions;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Objects of one blob. A slash of an id is a folder's, as far as listings go; ids that no path can have are not seen. */
final class PeerBackend implements StorageBackend {
  private static final Capabilities CAPABILITIES =
      Capabilities.of(Capability.READ, Capability.WRITE, Capability.DELETE, Capability.LIST,
          Capability.RANGE, Capability.ATOMIC, Capability.METADATA);

  private final PackiceClient client;
  private final OpenContext context;

  PeerBackend(PackiceClient client, OpenContext context) {
    this.client = client;
    this.context = context;
  }

  @Override
  public Capabilities capabilities() {
    return CAPABILITIES;
  }

  private <T> T asking(String verb, String path, Supplier<T> question) {
    try {
      return question.get();
    } catch (PackiceException e) {
      throw PeerFailures.of(verb, context.name(path), e);
    }
  }

  private ObjectId id(String path) {
    try {
      return new ObjectId(path);
    } catch (IllegalArgumentException e) {
      throw new DeniedException(
          "Cannot use " + context.name(path) + " as an object: ids have 1 to 255 bytes that print; choose another name",
          e);
    }
  }

  @Override
  public Optional<NodeInfo> stat(String path) {
    if (path.isEmpty()) {
      return Optional.of(NodeInfo.folder(""));
    }
    return asking("look at", path, () -> {
      try {
        return Optional.of(info(client.stat(id(path).value())));
      } catch (NotFoundException e) {
        return client.list(path + "/").findFirst().map(_ -> NodeInfo.folder(path));
      }
    });
  }

  private static NodeInfo info(ObjectStatus status) {
    return new NodeInfo(status.object().id().value(), false, status.object().byteSize(),
        Instant.now().minus(status.age()), null,
        new NodeDetails(null, null, null, null, texts(status.object().meta())));
  }

  /** What is text of an object's metadata as it is; other values as JSON. */
  private static Map<String, String> texts(Metadata meta) {
    Map<String, String> texts = new LinkedHashMap<>();
    meta.toMap().forEach((key, value) -> texts.put(key, value instanceof String text ? text : String.valueOf(value)));
    return texts;
  }

  @Override
  public NodeReader read(String path, @Nullable String version) {
    return asking("read", path, () -> {
      LeasedObject object = client.get(id(path).value());
      if (object.blobs().size() != 1) {
        int blobs = object.blobs().size();
        object.close();
        throw new DeniedException("Cannot read " + context.name(path) + ": the object has " + blobs
            + " blobs, and a file one run of bytes; read it by a client");
      }
      return new PeerReader(object, path, this);
    });
  }

  /** The time since its seal; null if it is gone. */
  @Nullable
  ObjectStatus status(String path) {
    return asking("look at", path, () -> {
      try {
        return client.stat(path);
      } catch (NotFoundException e) {
        return null;
      }
    });
  }

  @Override
  public NodePage list(String folder, @Nullable String after) {
    String prefix = folder.isEmpty() ? "" : folder + "/";
    Map<String, NodeInfo> children = new TreeMap<>();
    asking("list", folder, () -> {
      client.list(prefix).forEach(status -> {
        String id = status.object().id().value();
        int slash = id.indexOf('/', prefix.length());
        String child = slash < 0 ? id : id.substring(0, slash);
        if (isPath(id)) {
          children.merge(child, slash < 0 ? listed(status) : NodeInfo.folder(child), (a, b) -> a.isFolder() ? b : a);
        }
      });
      return true;
    });
    if (children.isEmpty() && !folder.isEmpty()) {
      throw new AbsentException(
          "Cannot list " + context.name(folder) + ": there is no object below it; look at the listing above");
    }
    return new NodePage(List.copyOf(children.values()), null);
  }

  private static NodeInfo listed(ObjectStatus status) {
    NodeInfo info = info(status);
    return new NodeInfo(info.path(), false, info.size(), info.modified(), null, NodeDetails.NONE);
  }

  private static boolean isPath(String id) {
    return !("/" + id + "/").matches("(?s).*/\\.{0,2}/.*");
  }

  @Override
  public NodeWriter write(String path, WriteOptions options) {
    return asking("write", path, () -> {
      AcquireRequest request = AcquireRequest
          .create(id(path), options.size().isPresent() ? List.of(options.size().getAsLong()) : null)
          .withMeta(Metadata.of(options.metadata())).withIfExists(options.replace() ? IfExists.REPLACE : IfExists.FAIL);
      ObjectWriter writer = client.create(request);
      return new PeerWriter(writer, path, context, () -> info(client.stat(path)));
    });
  }

  @Override
  public void delete(List<String> paths) {
    asking("delete", paths.getFirst(), () -> {
      client.discardAll(paths);
      return true;
    });
  }

  /** Objects do not change, so it is made anew, within this process. */
  @Override
  public void setMetadata(String path, Map<String, String> metadata) {
    try (NodeReader reader = read(path, null);
        NodeWriter writer = write(path, WriteOptions.DEFAULT.withMetadata(metadata).withSize(reader.info().size()))) {
      writer.write(((PeerReader) reader).bytes());
      writer.commit();
    }
  }

  @Override
  public void close() {
    client.close();
  }
}
