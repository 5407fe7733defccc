package io.packice.transport.http;

import io.packice.core.Blob;
import io.packice.core.CapacityExceededException;
import io.packice.core.Extent;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.eclipse.jetty.http.HttpHeader;
import org.jspecify.annotations.Nullable;

/** Takes the bytes of one blob of a draft, or a part of them, from a PUT under the lease. */
final class DraftUpload {
  private static final Pattern CONTENT_RANGE =
      Pattern.compile("(?i)bytes +(\\d{1,18})-(\\d{1,18})/(?:(\\d{1,18})|\\*)");

  private DraftUpload() {
  }

  /**
   * Writes the body into the draft and answers.
   *
   * @param capacityBytes what a draft without sizes may grow to at most
   */
  static void start(Exchange exchange, OpenDraft draft, String blobNumber, long capacityBytes, HttpLimits limits,
      Transfers transfers) {
    Blob blob = draft.object().blobs().get(BlobAnswer.index(draft.object(), blobNumber));
    Part part = part(exchange, draft, blob, capacityBytes);
    Extent extent = draft.beginWrite();
    long[] at = {blob.offset() + part.first};
    BodyReader.start(exchange, Math.min(part.limit, limits.bodyBytes()), transfers, chunk -> {
      int count = chunk.remaining();
      if (count > 0) {
        extent.write(chunk.getByteBuffer(), at[0]);
        at[0] += count;
      }
    }, () -> {
      draft.endWrite();
      exchange.guard(() -> {
        long written = at[0] - blob.offset() - part.first;
        if (part.isExact) {
          requireWhole(written, part.limit);
        }
        exchange.empty(204);
      });
    }, failure -> {
      draft.endWrite();
      exchange.fail(failure);
    });
  }

  /** Where the body goes, and how long it may be. */
  private record Part(long first, long limit, boolean isExact) {
  }

  private static Part part(Exchange exchange, OpenDraft draft, Blob blob, long capacityBytes) {
    long most = draft.isSized() ? blob.byteSize() : capacityBytes;
    long declared = exchange.contentLength();
    List<String> fields = exchange.headers().getValuesList(HttpHeader.CONTENT_RANGE);
    if (fields.isEmpty()) {
      requireRoom(draft, 0, Math.max(declared, 0), most);
      if (draft.isSized() && declared >= 0) {
        requireWhole(declared, most);
      }
      return draft.isSized() || declared >= 0 ? new Part(0, draft.isSized() ? most : declared, true)
          : new Part(0, most, false);
    }
    String field = String.join(", ", fields);
    Matcher match = CONTENT_RANGE.matcher(field);
    if (!match.matches()) {
      throw Refusal.badRequest("Cannot use Content-Range " + field + "; say bytes FIRST-LAST/TOTAL");
    }
    long first = Long.parseLong(match.group(1));
    long length = Long.parseLong(match.group(2)) - first + 1;
    if (length < 1 || (declared >= 0 && declared != length)) {
      throw Refusal.badRequest("Cannot use Content-Range " + field + " for a body of " + declared + " bytes");
    }
    requireTotal(field, match.group(3), first + length, draft.isSized() ? blob.byteSize() : -1);
    requireRoom(draft, first, length, most);
    return new Part(first, length, true);
  }

  /** A client that is wrong about the whole is wrong about the part, too (RFC 9110, 14.4). */
  private static void requireTotal(String field, @Nullable String total, long end, long byteSize) {
    if (total == null) {
      return;
    }
    long said = Long.parseLong(total);
    if (said < end || (byteSize >= 0 && said != byteSize)) {
      throw Refusal.badRequest("Cannot use Content-Range " + field + ": "
          + (byteSize >= 0 ? "the blob has " + byteSize + " bytes" : "the part ends at byte " + end)
          + "; say its length, or *");
    }
  }

  private static void requireWhole(long actual, long expected) {
    if (actual != expected) {
      throw Refusal.badRequest("Cannot take " + actual + " bytes where " + expected
          + " were announced or are needed; send the whole blob, or say by Content-Range which part it is");
    }
  }

  private static void requireRoom(OpenDraft draft, long first, long length, long most) {
    if (first + length <= most) {
      return;
    }
    if (draft.isSized()) {
      throw Refusal.badRequest("Cannot write " + length + " bytes at " + first + " of a blob of " + most + " bytes in "
          + draft.object().id() + "; create the object with the right sizes, or without sizes");
    }
    throw new CapacityExceededException("Cannot write to " + draft.object().id() + ": it needs " + (first + length)
        + " bytes, and the peer has a capacity of " + most + "; make it smaller");
  }
}
