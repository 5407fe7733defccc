package io.packice.storage.peer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.packice.ObjectWriter;
import io.packice.Packice;
import io.packice.PackiceClient;
import io.packice.contract.LeakCheck;
import io.packice.storage.Capability;
import io.packice.storage.DeniedException;
import io.packice.storage.Storage;
import io.packice.storage.StorageNode;
import io.packice.storage.WriteOptions;
import io.packice.storage.contract.NodeContract;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A peer's objects as nodes. */
class PeerNodesTest extends NodeContract {
  private final String address = "memory://" + UUID.randomUUID();
  private final PackiceClient client = Packice.connect(address);

  @Override
  protected Storage open() {
    return Storage.builder().mount(MOUNT, "peer", Map.of("address", address)).build();
  }

  @Override
  protected Set<Capability> declared() {
    return EnumSet.of(Capability.READ, Capability.WRITE, Capability.DELETE, Capability.LIST, Capability.RANGE,
        Capability.ATOMIC, Capability.METADATA);
  }

  @AfterEach
  void nothingIsHeld() {
    storage.close();
    client.close();
    LeakCheck.assertNothingHeld();
  }

  @Test
  void objectsAreFiles() {
    StorageNode node = node("a/b").write(new byte[] {1, 2, 3}, WriteOptions.DEFAULT.withMetadata(Map.of("k", "v")));
    assertThat(client.stat("a/b").object().meta().text("k")).isEqualTo("v");
    assertThat(client.stat("a/b").object().byteSize()).isEqualTo(3);
    client.discard("a/b");
    assertThat(node.exists()).isFalse();
  }

  @Test
  void objectsThatAreNoFilesAreRefused() {
    try (ObjectWriter writer = client.create("two", 1, 2)) {
      writer.seal();
    }
    assertThatExceptionOfType(DeniedException.class).isThrownBy(() -> node("two").read())
        .withMessageContaining("2 blobs");
    assertThatExceptionOfType(DeniedException.class).isThrownBy(() -> node("x".repeat(300)).writeText("x"))
        .withMessageContaining("1 to 255 bytes");
    try (ObjectWriter writer = client.create("../odd//id", 1)) {
      writer.seal();
    }
    assertThat(node("").walk().map(StorageNode::path)).containsExactly("two");
  }
}
