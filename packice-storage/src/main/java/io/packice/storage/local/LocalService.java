package io.packice.storage.local;

import io.packice.storage.OpenContext;
import io.packice.storage.StorageBackend;
import io.packice.storage.StorageService;

/** Mounts of the type {@code local}. */
public final class LocalService implements StorageService<LocalSettings> {
  /** For {@link java.util.ServiceLoader}. */
  public LocalService() {
  }

  @Override
  public String type() {
    return "local";
  }

  @Override
  public Class<LocalSettings> settings() {
    return LocalSettings.class;
  }

  @Override
  public StorageBackend open(LocalSettings settings, OpenContext context) {
    return new LocalBackend(LocalRoot.open(settings.path(), context), context);
  }
}
