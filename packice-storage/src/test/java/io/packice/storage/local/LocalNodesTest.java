package io.packice.storage.local;

import io.packice.storage.Capability;
import io.packice.storage.Storage;
import io.packice.storage.contract.NodeContract;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.io.TempDir;

/** Nodes of files. */
class LocalNodesTest extends NodeContract {
  @TempDir Path root;

  @Override
  protected Storage open() {
    return Storage.builder().mount(MOUNT, "local", Map.of("path", root)).build();
  }

  @Override
  protected Set<Capability> declared() {
    return EnumSet.of(Capability.READ, Capability.WRITE, Capability.DELETE, Capability.LIST, Capability.RANGE,
        Capability.ATOMIC, Capability.APPEND,
        Capability.FOLDERS);
  }
}
