package io.packice.storage.http;

import io.packice.storage.AbsentException;
import io.packice.storage.Capabilities;
import io.packice.storage.Capability;
import io.packice.storage.NodeDetails;
import io.packice.storage.NodeInfo;
import io.packice.storage.NodePage;
import io.packice.storage.NodeReader;
import io.packice.storage.OpenContext;
import io.packice.storage.StorageBackend;
import java.net.HttpURLConnection;
import java.net.URI;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Files of a server. What is a folder only its listing knows. */
final class HttpBackend implements StorageBackend {
  private final Requests requests;
  private final HttpListing listing;
  private final OpenContext context;
  private final Capabilities capabilities;

  HttpBackend(HttpSettings settings, OpenContext context) {
    this.requests = new Requests(settings, context);
    this.listing = new HttpListing(settings, requests, context);
    this.context = context;
    Capabilities all = Capabilities.of(Capability.READ, Capability.RANGE, Capability.LIST);
    this.capabilities = settings.lists() ? all : all.without(Capability.LIST);
  }

  @Override
  public Capabilities capabilities() {
    return capabilities;
  }

  @Override
  public Optional<NodeInfo> stat(String path) {
    if (path.isEmpty()) {
      return Optional.of(NodeInfo.folder(""));
    }
    if (listing.isFolder(path)) {
      return Optional.of(NodeInfo.folder(path));
    }
    try {
      HttpURLConnection connection = requests.send("HEAD", path, Map.of());
      return Optional.of(info(path, connection, connection.getContentLengthLong()));
    } catch (AbsentException e) {
      return Optional.empty();
    }
  }

  /** What the headers of an answer say; no size is known as -1. */
  static NodeInfo info(String path, HttpURLConnection connection, long size) {
    long modified = connection.getLastModified();
    String tag = connection.getHeaderField("ETag");
    if (tag == null && modified != 0) {
      tag = connection.getHeaderField("Last-Modified");
    }
    return new NodeInfo(path, false, Math.max(0, size), modified == 0 ? null : Instant.ofEpochMilli(modified), tag,
        new NodeDetails(null, connection.getContentType(), null, null, Map.of()));
  }

  @Override
  public NodeReader read(String path, @Nullable String version) {
    if (path.isEmpty() || listing.isFolder(path)) {
      throw new AbsentException("Cannot read " + context.name(path) + ": it is a folder; look at the listing");
    }
    return new HttpReader(path, requests, context);
  }

  @Override
  public NodePage list(String folder, @Nullable String after) {
    return listing.list(folder);
  }

  @Override
  public Optional<URI> url(String path) {
    return Optional.of(requests.address(path));
  }

  @Override
  public void close() {
    // connections are the JDK's
  }
}
