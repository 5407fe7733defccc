package io.packice.storage.s3;

import io.packice.storage.OpenContext;
import io.packice.storage.StorageBackend;
import io.packice.storage.StorageService;

/** Mounts of the type {@code s3}. Names nothing of the SDK itself, so that it can say what is missing. */
public final class S3Service implements StorageService<S3Settings> {
  /** For {@link java.util.ServiceLoader}. */
  public S3Service() {
  }

  @Override
  public String type() {
    return "s3";
  }

  @Override
  public Class<S3Settings> settings() {
    return S3Settings.class;
  }

  @Override
  public String library() {
    return "software.amazon.awssdk:s3 and software.amazon.awssdk:apache5-client";
  }

  @Override
  public StorageBackend open(S3Settings settings, OpenContext context) {
    return new S3Backend(S3Connection.open(settings, context), settings, context);
  }
}
