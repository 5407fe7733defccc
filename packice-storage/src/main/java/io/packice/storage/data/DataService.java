package io.packice.storage.data;

import io.packice.storage.OpenContext;
import io.packice.storage.StorageBackend;
import io.packice.storage.StorageService;

/** Mounts of the type {@code data}: a node's path is its bytes, in the alphabet of Base64 for URLs without padding; {@code data:} alone is the root. */
public final class DataService implements StorageService<DataSettings> {
  /** For {@link java.util.ServiceLoader}. */
  public DataService() {
  }

  @Override
  public String type() {
    return "data";
  }

  @Override
  public Class<DataSettings> settings() {
    return DataSettings.class;
  }

  @Override
  public StorageBackend open(DataSettings settings, OpenContext context) {
    return new DataBackend(context);
  }
}
