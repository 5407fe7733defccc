package io.packice.storage.s3;

import java.net.URI;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.gaul.s3proxy.S3Proxy;
import org.gaul.s3proxy.auth.AuthenticationType;
import org.gaul.s3proxy.blobstore.BlobStore;
import org.gaul.s3proxy.nio2blob.TransientNio2BlobStore;
import software.amazon.awssdk.services.s3.model.BucketVersioningStatus;

/** An S3 in this process, which checks signatures and keeps everything in memory. */
public final class S3Emulator implements AutoCloseable {
  /** The key's name. */
  public static final String ACCESS_KEY = "local-identity";
  /** The key. */
  public static final String SECRET_KEY = "local-credential";

  private static final AtomicInteger BUCKETS = new AtomicInteger();

  private final BlobStore store = new TransientNio2BlobStore();
  private final S3Proxy proxy;

  /** Starts one on a port of its own, for this host alone. */
  public S3Emulator() throws Exception {
    proxy = S3Proxy.builder().blobStore(store).endpoint(URI.create("http://127.0.0.1:0"))
        .awsAuthentication(AuthenticationType.AWS_V2_OR_V4, ACCESS_KEY, SECRET_KEY)
        .metricsEnabled(false).build();
    proxy.start();
  }

  /** Where it is. */
  public String endpoint() {
    return "http://127.0.0.1:" + proxy.getPort();
  }

  /** A new bucket. */
  public String bucket(boolean versioned) {
    String bucket = "bucket-" + BUCKETS.incrementAndGet();
    store.createContainer(bucket);
    if (versioned) {
      store.putBucketVersioning(bucket, BucketVersioningStatus.ENABLED);
    }
    return bucket;
  }

  /** Settings of a mount on a bucket. */
  public Map<String, Object> settings(String bucket) {
    return new LinkedHashMap<>(
        Map.of("bucket", bucket, "endpoint", endpoint(), "access-key", ACCESS_KEY, "secret-key", SECRET_KEY));
  }

  @Override
  public void close() {
    try {
      proxy.stop();
    } catch (Exception e) {
      throw new AssertionError("Cannot stop the emulator", e);
    }
  }
}
