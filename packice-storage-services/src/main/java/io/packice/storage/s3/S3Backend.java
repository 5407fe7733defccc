package io.packice.storage.s3;

import io.packice.storage.AbsentException;
import io.packice.storage.Capabilities;
import io.packice.storage.Capability;
import io.packice.storage.DeniedException;
import io.packice.storage.ExistsException;
import io.packice.storage.NodeDetails;
import io.packice.storage.NodeInfo;
import io.packice.storage.NodePage;
import io.packice.storage.NodeReader;
import io.packice.storage.NodeVersion;
import io.packice.storage.NodeWriter;
import io.packice.storage.OpenContext;
import io.packice.storage.StorageBackend;
import io.packice.storage.UnavailableException;
import io.packice.storage.WriteOptions;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.s3.model.CommonPrefix;
import software.amazon.awssdk.services.s3.model.CopyObjectRequest;
import software.amazon.awssdk.services.s3.model.DeleteObjectsResponse;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.ListObjectVersionsResponse;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;
import software.amazon.awssdk.services.s3.model.MetadataDirective;
import software.amazon.awssdk.services.s3.model.ObjectIdentifier;
import software.amazon.awssdk.services.s3.model.ObjectVersion;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.S3Object;

/** Objects of a bucket. A folder is there as long as something is in it. */
final class S3Backend implements StorageBackend {
  private static final int PAGE = 1_000;

  /** More takes a copy in parts, which is left to a stream. */
  private static final long MOST_COPIED = 5L << 30;

  private static final Capabilities WITH_VERSIONS =
      Capabilities.of(Capability.READ, Capability.WRITE, Capability.DELETE, Capability.LIST,
          Capability.RANGE, Capability.ATOMIC, Capability.VERSIONS, Capability.METADATA, Capability.PRESIGN,
          Capability.SERVER_SIDE_COPY, Capability.HASH);

  private final S3Connection connection;
  private final S3Settings settings;
  private final S3Keys keys;
  private final OpenContext context;

  S3Backend(S3Connection connection, S3Settings settings, OpenContext context) {
    this.connection = connection;
    this.settings = settings;
    this.keys = new S3Keys(settings.prefix(), context);
    this.context = context;
  }

  @Override
  public Capabilities capabilities() {
    return settings.isVersioned() ? WITH_VERSIONS : WITH_VERSIONS.without(Capability.VERSIONS);
  }

  @Override
  public Optional<NodeInfo> stat(String path) {
    if (path.isEmpty()) {
      return Optional.of(NodeInfo.folder(""));
    }
    try {
      return Optional.of(head(path, null));
    } catch (AbsentException e) {
      return isFolder(path) ? Optional.of(NodeInfo.folder(path)) : Optional.empty();
    }
  }

  NodeInfo head(String path, @Nullable String version) {
    HeadObjectResponse head = connection.ask("look at", context.name(path),
        client -> client
            .headObject(request -> request.bucket(connection.bucket()).key(keys.key(path)).versionId(version)));
    return new NodeInfo(path, false, head.contentLength(), head.lastModified(), head.eTag(),
        new NodeDetails(settings.isVersioned() ? head.versionId() : null, head.contentType(),
            S3Tags.md5(head.eTag(), head.serverSideEncryptionAsString()),
            S3Tags.sha256(head.checksumSHA256()), head.metadata()));
  }

  private boolean isFolder(String path) {
    return !connection.ask("look at", context.name(path),
        client -> client
            .listObjectsV2(request -> request.bucket(connection.bucket()).prefix(keys.folder(path)).maxKeys(1)))
        .contents().isEmpty();
  }

  @Override
  public NodeReader read(String path, @Nullable String version) {
    if (path.isEmpty()) {
      throw new AbsentException("Cannot read " + context.name(path) + ": it is a folder; look at the listing");
    }
    GetObjectRequest request =
        GetObjectRequest.builder().bucket(connection.bucket()).key(keys.key(path)).versionId(version).build();
    return new S3Reader(connection, request, context.name(path), path, () -> head(path, version));
  }

  @Override
  public NodePage list(String folder, @Nullable String after) {
    String prefix = keys.folder(folder);
    ListObjectsV2Response page = connection.ask("list", context.name(folder), client -> client.listObjectsV2(
        request -> request.bucket(connection.bucket()).prefix(prefix).delimiter("/").maxKeys(PAGE)
            .continuationToken(after)));
    List<NodeInfo> children = new ArrayList<>();
    for (CommonPrefix common : page.commonPrefixes()) {
      String key = common.prefix().substring(0, common.prefix().length() - 1);
      if (keys.isPath(key)) {
        children.add(NodeInfo.folder(keys.path(key)));
      }
    }
    for (S3Object object : page.contents()) {
      if (!object.key().equals(prefix) && keys.isPath(object.key())) {
        children.add(new NodeInfo(keys.path(object.key()), false, object.size(), object.lastModified(), object.eTag(),
            NodeDetails.NONE));
      }
    }
    if (after == null && page.contents().isEmpty() && page.commonPrefixes().isEmpty() && !folder.isEmpty()) {
      throw new AbsentException(
          "Cannot list " + context.name(folder) + ": there is nothing below it; look at the listing above");
    }
    return new NodePage(children, Boolean.TRUE.equals(page.isTruncated()) ? page.nextContinuationToken() : null);
  }

  @Override
  public NodeWriter write(String path, WriteOptions options) {
    if (path.isEmpty() || (!options.replace() && stat(path).isPresent())) {
      throw new ExistsException("Cannot write " + context.name(path) + ": it is there already; choose another name");
    }
    PutObjectRequest request =
        PutObjectRequest.builder().bucket(connection.bucket()).key(keys.key(path)).metadata(options.metadata())
            .contentType(options.mediaType()).ifNoneMatch(options.replace() ? null : "*").build();
    return new S3Writer(connection, request, settings.partBytes(), options.size(), path, context);
  }

  @Override
  public void delete(List<String> paths) {
    List<ObjectIdentifier> objects =
        paths.stream().map(path -> ObjectIdentifier.builder().key(keys.key(path)).build()).toList();
    for (int at = 0; at < objects.size(); at += PAGE) {
      List<ObjectIdentifier> some = objects.subList(at, Math.min(objects.size(), at + PAGE));
      DeleteObjectsResponse done = connection.ask("delete", context.name(paths.get(at)),
          client -> client.deleteObjects(
              request -> request.bucket(connection.bucket()).delete(all -> all.objects(some).quiet(true))));
      if (done.hasErrors() && !done.errors().isEmpty()) {
        String code = String.valueOf(done.errors().getFirst().code());
        String message = "Cannot delete " + context.name(keys.path(done.errors().getFirst().key()))
            + ": the service refuses (" + code + "); look at the rights of the keys";
        throw code.equals("AccessDenied") ? new DeniedException(message)
            : new UnavailableException(message, !code.startsWith("No"), null);
      }
    }
  }

  @Override
  public boolean copyFrom(StorageBackend from, String path, String to, WriteOptions options) {
    if (!(from instanceof S3Backend source) || !connection.isOfOneServiceWith(source.connection)
        || options.size().orElse(Long.MAX_VALUE) > MOST_COPIED) {
      return false;
    }
    try {
      copy(source, path, to, options.metadata(), options.mediaType(), null);
      return true;
    } catch (DeniedException e) {
      return false; // each may read its own, and neither the other's: by a stream then
    }
  }

  private void copy(S3Backend source, String path, String to, Map<String, String> metadata, @Nullable String mediaType,
      @Nullable String onlyIf) {
    connection.ask("copy", context.name(to),
        client -> client.copyObject(CopyObjectRequest.builder().sourceBucket(source.connection.bucket())
            .sourceKey(source.keys.key(path)).destinationBucket(connection.bucket()).destinationKey(keys.key(to))
            .metadataDirective(MetadataDirective.REPLACE)
            .metadata(metadata).contentType(mediaType).copySourceIfMatch(onlyIf).build()));
  }

  @Override
  public void setMetadata(String path, Map<String, String> metadata) {
    NodeInfo now = head(path, null);
    copy(this, path, path, metadata, now.details().mediaType(), now.tag());
  }

  @Override
  public List<NodeVersion> versions(String path) {
    String key = keys.key(path);
    List<NodeVersion> versions = new ArrayList<>();
    String nextKey = null;
    String nextVersion = null;
    do {
      String fromKey = nextKey;
      String fromVersion = nextVersion;
      ListObjectVersionsResponse page = connection.ask("list the versions of", context.name(path),
          client -> client.listObjectVersions(
              request -> request.bucket(connection.bucket()).prefix(key).keyMarker(fromKey)
                  .versionIdMarker(fromVersion)));
      page.versions().stream().filter(version -> version.key().equals(key)).map(S3Backend::version)
          .forEach(versions::add);
      boolean more = Boolean.TRUE.equals(page.isTruncated()) && key.equals(page.nextKeyMarker());
      nextKey = more ? page.nextKeyMarker() : null;
      nextVersion = more ? page.nextVersionIdMarker() : null;
    } while (nextKey != null);
    return versions;
  }

  private static NodeVersion version(ObjectVersion version) {
    return new NodeVersion(version.versionId(), version.lastModified(), version.size(), version.eTag());
  }

  @Override
  public void deleteVersion(String path, String version) {
    connection.ask("delete a version of", context.name(path),
        client -> client
            .deleteObject(request -> request.bucket(connection.bucket()).key(keys.key(path)).versionId(version)));
  }

  @Override
  public URI presign(String path, String method, Duration life) {
    String key = keys.key(path);
    return connection.ask("presign", context.name(path), _ -> URI.create((method.equals("GET")
        ? connection.presigner()
            .presignGetObject(signing -> signing.signatureDuration(life)
                .getObjectRequest(get -> get.bucket(connection.bucket()).key(key)))
            .url()
        : connection.presigner()
            .presignPutObject(signing -> signing.signatureDuration(life)
                .putObjectRequest(put -> put.bucket(connection.bucket()).key(key)))
            .url())
        .toString()));
  }

  @Override
  public Optional<URI> url(String path) {
    return Optional.of(connection.ask("name", context.name(path),
        client -> URI.create(
            client.utilities().getUrl(request -> request.bucket(connection.bucket()).key(keys.key(path))).toString())));
  }

  @Override
  public void close() {
    connection.close();
  }
}
