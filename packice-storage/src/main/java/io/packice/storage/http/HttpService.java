package io.packice.storage.http;

import io.packice.storage.OpenContext;
import io.packice.storage.StorageBackend;
import io.packice.storage.StorageService;

/** Mounts of the type {@code http}, also of HTTPS. */
public final class HttpService implements StorageService<HttpSettings> {
  /** For {@link java.util.ServiceLoader}. */
  public HttpService() {
  }

  @Override
  public String type() {
    return "http";
  }

  @Override
  public Class<HttpSettings> settings() {
    return HttpSettings.class;
  }

  @Override
  public StorageBackend open(HttpSettings settings, OpenContext context) {
    return new HttpBackend(settings, context);
  }
}
