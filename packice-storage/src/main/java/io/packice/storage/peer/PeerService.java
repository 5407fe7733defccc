package io.packice.storage.peer;

import io.packice.Packice;
import io.packice.core.PackiceException;
import io.packice.storage.OpenContext;
import io.packice.storage.StorageBackend;
import io.packice.storage.StorageService;

/** Mounts of the type {@code peer}: the path is the object's id. */
public final class PeerService implements StorageService<PeerSettings> {
  /** For {@link java.util.ServiceLoader}. */
  public PeerService() {
  }

  @Override
  public String type() {
    return "peer";
  }

  @Override
  public Class<PeerSettings> settings() {
    return PeerSettings.class;
  }

  @Override
  public StorageBackend open(PeerSettings settings, OpenContext context) {
    try {
      return new PeerBackend(
          Packice.connect(settings.address() == null ? Packice.defaultAddress() : settings.address()), context);
    } catch (PackiceException e) {
      throw PeerFailures.of("open the mount", context.mount(), e);
    }
  }
}
