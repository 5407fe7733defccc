package io.packice.storage;

import io.packice.storage.contract.NodeContract;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;

/** Nodes in memory, with versions. */
class MemoryNodesTest extends NodeContract {
  @Override
  protected Storage open() {
    return Storage.builder().mount(MOUNT, "memory", Map.of("versions", true)).build();
  }

  @Override
  protected Set<Capability> declared() {
    return EnumSet.complementOf(EnumSet.of(Capability.PRESIGN));
  }
}
