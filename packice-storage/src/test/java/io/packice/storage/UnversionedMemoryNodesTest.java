package io.packice.storage;

import io.packice.storage.contract.NodeContract;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;

/** Nodes in memory. */
class UnversionedMemoryNodesTest extends NodeContract {
  @Override
  protected Storage open() {
    return Storage.builder().mount(MOUNT, "memory", Map.of()).build();
  }

  @Override
  protected Set<Capability> declared() {
    return EnumSet.complementOf(EnumSet.of(Capability.PRESIGN, Capability.VERSIONS));
  }
}
