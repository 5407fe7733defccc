package io.packice.storage.opendal;

import io.packice.storage.OpenContext;
import io.packice.storage.StorageBackend;
import io.packice.storage.StorageService;

/** Mounts of the type {@code opendal}. Names nothing of the library itself, so that it can say what is missing. */
public final class OpendalService implements StorageService<OpendalSettings> {
  /** For {@link java.util.ServiceLoader}. */
  public OpendalService() {
  }

  @Override
  public String type() {
    return "opendal";
  }

  @Override
  public Class<OpendalSettings> settings() {
    return OpendalSettings.class;
  }

  @Override
  public String library() {
    return "org.apache.opendal:opendal, also with the classifier of this platform, such as linux-x86_64";
  }

  @Override
  public StorageBackend open(OpendalSettings settings, OpenContext context) {
    return OpendalBackend.open(settings, context);
  }
}
