package io.packice.storage.opendal;

import io.packice.storage.Capability;
import io.packice.storage.Storage;
import io.packice.storage.contract.NodeContract;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;

/** Nodes in OpenDAL's memory. */
class OpendalMemoryNodesTest extends NodeContract {
  @Override
  protected Storage open() {
    return Storage.builder().mount(MOUNT, "opendal", Map.of("scheme", "memory")).build();
  }

  @Override
  protected Set<Capability> declared() {
    return EnumSet.of(Capability.READ, Capability.RANGE, Capability.WRITE, Capability.ATOMIC, Capability.DELETE,
        Capability.LIST);
  }
}
