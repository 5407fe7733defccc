package io.packice.storage.data;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.packice.storage.Capability;
import io.packice.storage.CopyOptions;
import io.packice.storage.Storage;
import io.packice.storage.StorageNode;
import io.packice.storage.contract.NodeContract;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Nodes whose paths are their bytes. */
class DataNodesTest extends NodeContract {
  @Override
  protected Storage open() {
    return Storage.builder().mount(MOUNT, "data", Map.of()).build();
  }

  @Override
  protected Set<Capability> declared() {
    return EnumSet.of(Capability.READ, Capability.WRITE, Capability.RANGE, Capability.ATOMIC);
  }

  @Override
  protected boolean namesAreFree() {
    return false;
  }

  @Test
  void thePathIsTheText() {
    assertThat(node("SGVsbG8").readText()).isEqualTo("Hello");
    StorageNode written = node("").write("Hello".getBytes(UTF_8));
    assertThat(written.path()).isEqualTo("SGVsbG8");
    written.copyTo(storage.node("other:hello"), CopyOptions.DEFAULT);
    assertThat(storage.node("other:hello").readText()).isEqualTo("Hello");
  }
}
