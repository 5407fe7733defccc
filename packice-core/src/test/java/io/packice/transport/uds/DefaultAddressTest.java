package io.packice.transport.uds;

import static org.assertj.core.api.Assertions.assertThat;

import io.packice.Packice;
import io.packice.PackiceClient;
import io.packice.peers.MemoryPeer;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where a peer is that nobody named: as the command line looks for it. */
class DefaultAddressTest {
  @Test
  void theFirstThatSaysSomethingCounts() {
    Map<String, String> environment = new HashMap<>();
    String own = "packice-" + System.getProperty("user.name") + ".sock";
    assertThat(Packice.defaultAddress(environment))
        .isEqualTo(Path.of(System.getProperty("java.io.tmpdir"), own).toString());
    environment.put("XDG_RUNTIME_DIR", "/run/user/7");
    assertThat(Packice.defaultAddress(environment)).isEqualTo("/run/user/7/packice.sock");
    environment.put("PACKICE_SOCKET", "/run/packice.sock");
    assertThat(Packice.defaultAddress(environment)).isEqualTo("/run/packice.sock");
    environment.put("PACKICE_PEER", "https://data.example:7225");
    assertThat(Packice.defaultAddress(environment)).isEqualTo("https://data.example:7225");
    environment.put("PACKICE_PEER", " ");
    environment.put("PACKICE_SOCKET", "");
    assertThat(Packice.defaultAddress(environment)).as("empty ones").isEqualTo("/run/user/7/packice.sock");
    assertThat(Packice.defaultAddress()).isEqualTo(Packice.defaultAddress(System.getenv()));
  }

  @Test
  void itIsAnAddressToConnectTo(@TempDir Path folder) {
    Path socket = folder.resolve("peer.sock");
    try (MemoryPeer peer = MemoryPeer.create(1 << 20);
        UdsServer _ = UdsServer.open(peer, socket);
        PackiceClient client = Packice.connect(Packice.defaultAddress(Map.of("PACKICE_SOCKET", socket.toString())))) {
      assertThat(client.list("")).isEmpty();
    }
  }
}
