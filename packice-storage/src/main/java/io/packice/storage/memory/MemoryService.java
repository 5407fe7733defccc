package io.packice.storage.memory;

import io.packice.storage.OpenContext;
import io.packice.storage.StorageBackend;
import io.packice.storage.StorageService;

/** Mounts of the type {@code memory}: each has its own files, which end with it. */
public final class MemoryService implements StorageService<MemorySettings> {
  /** For {@link java.util.ServiceLoader}. */
  public MemoryService() {
  }

  @Override
  public String type() {
    return "memory";
  }

  @Override
  public Class<MemorySettings> settings() {
    return MemorySettings.class;
  }

  @Override
  public StorageBackend open(MemorySettings settings, OpenContext context) {
    return new MemoryBackend(settings, context);
  }
}
