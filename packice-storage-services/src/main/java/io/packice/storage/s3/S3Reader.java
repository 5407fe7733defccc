package io.packice.storage.s3;

import io.packice.storage.AbsentException;
import io.packice.storage.NodeDetails;
import io.packice.storage.NodeInfo;
import io.packice.storage.NodeReader;
import io.packice.storage.UnavailableException;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.MemorySegment;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;

/** One object. The first answer says which version it is, and all later requests want that one. */
final class S3Reader implements NodeReader {
  private static final int CHUNK = 1 << 17;

  private final S3Connection connection;
  private final GetObjectRequest request;
  private final String name;
  private final String path;
  private final Supplier<NodeInfo> head;
  private volatile @Nullable NodeInfo info;

  S3Reader(S3Connection connection, GetObjectRequest request, String name, String path, Supplier<NodeInfo> head) {
    this.connection = connection;
    this.request = request;
    this.name = name;
    this.path = path;
    this.head = head;
  }

  /** Asked for only if no bytes came before. */
  @Override
  public NodeInfo info() {
    NodeInfo known = info;
    return known == null ? learn(head.get()) : known;
  }

  /** Of two threads that ask first, one counts. */
  private synchronized NodeInfo learn(NodeInfo seen) {
    NodeInfo first = info;
    if (first == null) {
      info = seen;
      return seen;
    }
    return first;
  }

  private ResponseInputStream<GetObjectResponse> get(@Nullable String range) {
    NodeInfo known = info;
    GetObjectRequest.Builder builder = request.toBuilder().range(range);
    if (known != null) {
      builder.ifMatch(known.tag());
    }
    ResponseInputStream<GetObjectResponse> answer =
        connection.ask("read", name, client -> client.getObject(builder.build()));
    if (known == null && range == null) {
      GetObjectResponse said = answer.response();
      learn(new NodeInfo(path, false, said.contentLength(), said.lastModified(), said.eTag(),
          new NodeDetails(said.versionId(), said.contentType(),
              S3Tags.md5(said.eTag(), said.serverSideEncryptionAsString()), null, said.metadata())));
    }
    return answer;
  }

  @Override
  public void read(long offset, MemorySegment target) {
    info();
    try (ResponseInputStream<GetObjectResponse> in = get("bytes=" + offset + "-" + (offset + target.byteSize() - 1))) {
      byte[] chunk = new byte[(int) Math.min(CHUNK, target.byteSize())];
      for (long done = 0; done < target.byteSize();) {
        int count = in.read(chunk, 0, (int) Math.min(chunk.length, target.byteSize() - done));
        if (count < 0) {
          throw new UnavailableException("Cannot read " + name + ": the service sent " + done + " of "
              + target.byteSize() + " bytes from " + offset
              + "; try again later", true, null);
        }
        MemorySegment.copy(MemorySegment.ofArray(chunk), 0, target, done, count);
        done += count;
      }
    } catch (IOException e) {
      throw new UnavailableException("Cannot read " + name + ": the service broke off; try again later", true, e);
    }
  }

  @Override
  public InputStream stream(long offset) {
    NodeInfo known = info;
    if (known != null && offset >= known.size()) {
      return InputStream.nullInputStream(); // there is no such range
    }
    return new S3Stream(get(offset == 0 ? null : "bytes=" + offset + "-"));
  }

  @Override
  public boolean isStillCurrent() {
    try {
      return Objects.equals(head.get().tag(), info().tag());
    } catch (AbsentException e) {
      return false;
    }
  }

  @Override
  public void close() {
    // streams have the connections
  }
}
