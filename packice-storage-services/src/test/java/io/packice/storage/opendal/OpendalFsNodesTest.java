package io.packice.storage.opendal;

import io.packice.storage.Capability;
import io.packice.storage.Storage;
import io.packice.storage.contract.NodeContract;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.io.TempDir;

/** Nodes of files, by OpenDAL. */
class OpendalFsNodesTest extends NodeContract {
  @TempDir Path root;

  @Override
  protected Storage open() {
    return Storage.builder().mount(MOUNT, "opendal", Map.of("scheme", "fs", "root", root.toString())).build();
  }

  @Override
  protected Set<Capability> declared() {
    return EnumSet.of(Capability.READ, Capability.RANGE, Capability.WRITE, Capability.ATOMIC, Capability.APPEND,
        Capability.DELETE, Capability.LIST,
        Capability.SERVER_SIDE_COPY, Capability.FOLDERS);
  }
}
