package io.packice.storage.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.packice.storage.Capability;
import io.packice.storage.Storage;
import io.packice.storage.StorageNode;
import io.packice.storage.contract.NodeContract;
import java.io.IOException;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;

/** Nodes of an HTTP server with a manifest. */
class ManifestNodesTest extends NodeContract {
  private FileServer server;

  @Override
  protected Storage open() throws IOException {
    server = new FileServer();
    server.files.put("MANIFEST.txt", "# files\n../out\n/abs\n".getBytes(UTF_8));
    return Storage.builder().mount(MOUNT, "http", Map.of("url", server.url() + "/", "manifest", "MANIFEST.txt"))
        .build();
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
    server.files.merge("MANIFEST.txt", (path + "\n").getBytes(UTF_8),
        (before, line) -> (new String(before, UTF_8) + new String(line, UTF_8)).getBytes(UTF_8));
    return node(path);
  }
}
