package io.packice.storage.s3;

import io.packice.storage.OpenContext;
import io.packice.storage.config.Secret;
import java.net.URI;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.http.apache5.Apache5HttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3ClientBuilder;
import software.amazon.awssdk.services.s3.S3Configuration;
import software.amazon.awssdk.services.s3.presigner.S3Presigner;

/** The SDK's client of one mount. It repeats nothing by itself: that is one thing in one place, above. */
final class S3Connection implements AutoCloseable {
  private static final int CONNECTIONS = 64;

  private final S3Client client;
  private final S3Presigner presigner;
  private final @Nullable URI endpoint;
  private final String bucket;

  private S3Connection(S3Client client, S3Presigner presigner, S3Settings settings) {
    this.client = client;
    this.presigner = presigner;
    this.endpoint = settings.endpoint();
    this.bucket = settings.bucket();
  }

  static S3Connection open(S3Settings settings, OpenContext context) {
    AwsCredentialsProvider credentials = credentials(settings);
    S3Configuration style = S3Configuration.builder().pathStyleAccessEnabled(settings.hasPathStyle()).build();
    S3ClientBuilder builder = S3Client.builder().credentialsProvider(credentials).serviceConfiguration(style)
        .httpClientBuilder(Apache5HttpClient.builder().maxConnections(CONNECTIONS).socketTimeout(settings.patience())
            .connectionTimeout(settings.patience()))
        .overrideConfiguration(configuration -> configuration.retryStrategy(AwsRetryStrategy.doNotRetry()));
    S3Presigner.Builder presigner = S3Presigner.builder().credentialsProvider(credentials).serviceConfiguration(style);
    String region = settings.region() == null && settings.endpoint() != null ? "us-east-1" : settings.region();
    if (region != null) {
      builder.region(Region.of(region));
      presigner.region(Region.of(region));
    }
    if (settings.endpoint() != null) { // others' services need not know the newer checksums
      builder.endpointOverride(settings.endpoint()).requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
          .responseChecksumValidation(ResponseChecksumValidation.WHEN_REQUIRED);
      presigner.endpointOverride(settings.endpoint());
    }
    try {
      return new S3Connection(builder.build(), presigner.build(), settings);
    } catch (SdkException e) {
      throw S3Failures.of("open the mount", context.mount(), e);
    }
  }

  /** Secrets are asked for at each use, so that they may be renewed. */
  private static AwsCredentialsProvider credentials(S3Settings settings) {
    Secret name = settings.accessKey();
    if (name == null) {
      return DefaultCredentialsProvider.builder().profileName(settings.profile()).build();
    }
    Secret key = Objects.requireNonNull(settings.secretKey());
    Secret token = settings.sessionToken();
    return () -> credentials(name, key, token);
  }

  private static AwsCredentials credentials(Secret name, Secret key, @Nullable Secret token) {
    return token == null ? AwsBasicCredentials.create(name.reveal(), key.reveal())
        : AwsSessionCredentials.create(name.reveal(), key.reveal(), token.reveal());
  }

  String bucket() {
    return bucket;
  }

  S3Client client() {
    return client;
  }

  S3Presigner presigner() {
    return presigner;
  }

  /** Whether one request could name objects of both. */
  boolean isOfOneServiceWith(S3Connection other) {
    return Objects.equals(endpoint, other.endpoint);
  }

  /** Asks the service; what it says is told as the family of storage. */
  <T> T ask(String verb, String node, Function<S3Client, T> question) {
    try {
      return question.apply(client);
    } catch (SdkException e) {
      throw S3Failures.of(verb, node, e);
    }
  }

  @Override
  public void close() {
    presigner.close();
    client.close();
  }
}
