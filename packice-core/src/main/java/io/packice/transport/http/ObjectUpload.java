package io.packice.transport.http;

import io.packice.core.AcquireRequest;
import io.packice.core.AcquireRequest.IfExists;
import io.packice.core.Extent;
import io.packice.core.Grant;
import io.packice.core.Metadata;
import io.packice.core.NotFoundException;
import io.packice.core.ObjectId;
import io.packice.core.Session;
import io.packice.transport.wire.Response;
import io.packice.transport.wire.Wire;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.jspecify.annotations.Nullable;

/** PUT of a whole object: one request makes the draft, fills it and seals it, or leaves nothing. */
final class ObjectUpload {
  static final String META = "Packice-Meta";
  static final String GROUP = "Packice-Group";
  static final String TTL = "Packice-Object-TTL";

  private final Exchange exchange;
  private final Session session;
  private final HttpLimits limits;
  private final Transfers transfers;
  private final ObjectId id;
  private final boolean existed;

  ObjectUpload(Exchange exchange, Session session, HttpLimits limits, Transfers transfers) {
    this.exchange = exchange;
    this.session = session;
    this.limits = limits;
    this.transfers = transfers;
    this.id = exchange.object();
    this.existed = exists();
  }

  private boolean exists() {
    try {
      return session.stat(id).leases() >= 0;
    } catch (NotFoundException none) {
      return false;
    }
  }

  /** Takes the body as the object's one blob. */
  void takeOneBlob() {
    checkConditions();
    long length = exchange.contentLength();
    if (length > limits.bodyBytes()) {
      throw Refusal.tooLarge(
          "Cannot take a body of " + length + " bytes; at most " + limits.bodyBytes() + ": see the peer's limits");
    }
    Grant grant = session.acquire(request(length < 0 ? null : List.of(length), header(META)));
    long most = length >= 0 ? length : Math.min(limits.bodyBytes(), session.stats().capacityBytes());
    long[] at = {0};
    Extent extent = grant.extent();
    BodyReader.start(exchange, most, transfers, chunk -> {
      int count = chunk.remaining();
      if (count > 0) {
        extent.write(chunk.getByteBuffer(), at[0]);
        at[0] += count;
      }
    }, () -> finish(grant), failure -> abandon(grant, failure));
  }

  /** Takes the parts of a form as the object's blobs. */
  void takeForm(String contentType) {
    checkConditions();
    FormParts parts = new FormParts(contentType);
    long most = Math.min(limits.bodyBytes(), session.stats().capacityBytes());
    BodyReader.start(exchange, most, transfers, parts::accept, () -> {
      try (parts) {
        parts.requireComplete();
        String meta = parts.meta();
        Grant grant = session.acquire(request(parts.sizes(), meta == null ? header(META) : meta));
        try {
          parts.writeTo(grant);
        } catch (Throwable failure) {
          abandon(grant, failure);
          return;
        }
        finish(grant);
      } catch (RuntimeException failure) {
        exchange.fail(failure);
      }
    }, failure -> {
      parts.close();
      exchange.fail(failure);
    });
  }

  private void finish(Grant grant) {
    try {
      grant.extent().close(); // first: nobody may be able to write what is sealed
      session.seal(grant.lease().id());
      session.release(grant.lease().id());
      exchange.header("Location", "/objects/" + UrlPath.encode(id.value()));
      exchange.json(existed ? 200 : 201, Response.status(session.stat(id)));
    } catch (RuntimeException failure) {
      abandon(grant, failure);
    }
  }

  private void abandon(Grant grant, Throwable failure) {
    grant.extent().close();
    try {
      session.release(grant.lease().id());
    } catch (RuntimeException alsoFailed) {
      failure.addSuppressed(alsoFailed);
    }
    exchange.fail(failure);
  }

  private void checkConditions() {
    List<String> match = Preconditions.tags(exchange.headers(), HttpHeader.IF_MATCH);
    if (!match.isEmpty() && !(match.contains("*") && existed)) {
      throw Preconditions.failed("objects as a whole have no entity tags, and this one "
          + (existed ? "exists: say If-Match: *" : "does not exist"));
    }
    if (isCreateOnly() && existed) {
      throw Preconditions.failed(id + " exists");
    }
  }

  private boolean isCreateOnly() {
    return Preconditions.tags(exchange.headers(), HttpHeader.IF_NONE_MATCH).contains("*");
  }

  private AcquireRequest request(@Nullable List<Long> sizes, @Nullable String meta) {
    AcquireRequest request = AcquireRequest.create(id, sizes)
        .withIfExists(isCreateOnly() ? IfExists.FAIL : IfExists.REPLACE).withGroup(header(GROUP));
    if (meta != null) {
      request = request.withMeta(Metadata.parse(meta));
    }
    String ttl = header(TTL);
    return ttl == null ? request : request.withObjectTtl(seconds(ttl));
  }

  private static Duration seconds(String text) {
    if (!text.matches("[0-9]{1,10}")) {
      throw Refusal.badRequest("Cannot use " + TTL + ": " + text + "; give whole seconds");
    }
    return Duration.ofSeconds(Long.parseLong(text));
  }

  private @Nullable String header(String name) {
    HttpFields headers = exchange.headers();
    HttpField field = headers.getField(name);
    return field == null ? null : Wire.text(field.getValue().getBytes(StandardCharsets.ISO_8859_1)); // as Jetty reads heads
  }
}
