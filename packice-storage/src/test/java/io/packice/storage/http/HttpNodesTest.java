package io.packice.storage.http;

import io.packice.storage.Capability;
import io.packice.storage.Storage;
import io.packice.storage.StorageNode;
import io.packice.storage.contract.NodeContract;
import java.io.IOException;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;

/** Nodes of an HTTP server with index pages. */
class HttpNodesTest extends NodeContract {
  private FileServer server;

  @Override
  protected Storage open() throws IOException {
    server = new FileServer();
    return Storage.builder().mount(MOUNT, "http", Map.of("url", server.url(), "listing", "index")).build();
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Override
  protected Set<Capability> declared() {
    return EnumSet.of(Capability.READ, Capability.RANGE, Capability.LIST);
  }

  @Override
  protected StorageNode seed(String path, byte[] bytes) {
    server.files.put(path, bytes);
    return node(path);
  }
}
