package io.packice.storage.s3;

import io.packice.storage.NodeDetails;
import io.packice.storage.NodeInfo;
import io.packice.storage.NodeWriter;
import io.packice.storage.OpenContext;
import java.io.ByteArrayInputStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;

/** One object: in one request if it fits into a part, else in parts, of which nothing is seen before the last word. */
final class S3Writer implements NodeWriter {
  /** There may be ten thousand parts: after every thousand they double. */
  private static final int DOUBLING = 1_000;

  private static final int FIRST_BUFFER = 1 << 16;

  private final S3Connection connection;
  private final PutObjectRequest request;
  private final int partBytes;
  private final String path;
  private final OpenContext context;
  private final List<CompletedPart> parts = new ArrayList<>();
  private byte[] buffer;
  private int filled;
  private long size;
  private @Nullable String upload;
  private boolean ended;

  S3Writer(S3Connection connection, PutObjectRequest request, int partBytes, OptionalLong expected, String path,
      OpenContext context) {
    this.connection = connection;
    this.request = request;
    this.partBytes = partBytes;
    this.path = path;
    this.context = context;
    this.buffer = new byte[Math.clamp(expected.orElse(FIRST_BUFFER), 0, partBytes)];
  }

  @Override
  public void write(MemorySegment bytes) {
    for (long done = 0; done < bytes.byteSize();) {
      if (filled == partLimit()) {
        sendPart();
      }
      int count = (int) Math.min(bytes.byteSize() - done, partLimit() - filled);
      ensure(filled + count);
      MemorySegment.copy(bytes, ValueLayout.JAVA_BYTE, done, buffer, filled, count);
      filled += count;
      done += count;
    }
    size += bytes.byteSize();
  }

  private int partLimit() {
    return (int) Math.min(1 << 30, (long) partBytes << Math.min(7, parts.size() / DOUBLING));
  }

  private void ensure(int length) {
    if (length > buffer.length) {
      buffer = Arrays.copyOf(buffer, Math.clamp(2L * buffer.length, length, Math.max(length, partLimit())));
    }
  }

  private RequestBody body() {
    int length = filled;
    byte[] bytes = buffer;
    return RequestBody.fromContentProvider(() -> new ByteArrayInputStream(bytes, 0, length), length,
        "application/octet-stream");
  }

  private String upload() {
    String id = upload;
    if (id == null) {
      id = connection.ask("write", context.name(path),
          client -> client.createMultipartUpload(begin -> begin.bucket(request.bucket()).key(request.key())
              .metadata(request.metadata()).contentType(request.contentType())))
          .uploadId();
      upload = id;
    }
    return id;
  }

  /** The same part again is the same part: safe to repeat. */
  private void sendPart() {
    String id = upload();
    int number = parts.size() + 1;
    String tag = context.retry().call(() -> connection.ask("write", context.name(path), client -> client
        .uploadPart(part -> part.bucket(request.bucket()).key(request.key()).uploadId(id).partNumber(number)
            .contentLength((long) filled), body())))
        .eTag();
    parts.add(CompletedPart.builder().partNumber(number).eTag(tag).build());
    filled = 0;
  }

  @Override
  public NodeInfo commit() {
    String tag;
    if (upload == null) {
      tag = request.ifNoneMatch() == null ? context.retry().call(this::put) : put(); // once: a repetition would find what the first one made
    } else {
      sendPart();
      tag = connection
          .ask("write", context.name(path),
              client -> client.completeMultipartUpload(all -> all.bucket(request.bucket()).key(request.key())
                  .uploadId(upload).ifNoneMatch(request.ifNoneMatch()).multipartUpload(done -> done.parts(parts))))
          .eTag();
    }
    ended = true;
    return new NodeInfo(path, false, size, Instant.now(), tag, NodeDetails.NONE);
  }

  private String put() {
    return connection.ask("write", context.name(path), client -> client.putObject(request, body())).eTag();
  }

  @Override
  public void close() {
    String id = upload;
    if (!ended && id != null) {
      ended = true;
      connection.ask("give up writing", context.name(path),
          client -> client
              .abortMultipartUpload(abort -> abort.bucket(request.bucket()).key(request.key()).uploadId(id)));
    }
    buffer = new byte[0];
    filled = 0;
  }
}
