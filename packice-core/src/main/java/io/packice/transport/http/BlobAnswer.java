package io.packice.transport.http;

import io.packice.core.NotFoundException;
import io.packice.core.StoredObject;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.eclipse.jetty.http.ByteRange;
import org.eclipse.jetty.http.HttpHeader;
import org.jspecify.annotations.Nullable;

/**
 * Answers GET and HEAD of a blob by the rules of RFC 9110: conditions first, then ranges, then the bytes, which are written from the
 * mapping.
 */
final class BlobAnswer {
  private static final String OCTETS = "application/octet-stream";
  private static final int MOST_RANGES = 64;
  private static final SecureRandom RANDOM = new SecureRandom();

  private final Exchange exchange;
  private final OpenBytes bytes;
  private final int index;
  private final MemorySegment blob;
  private final String etag;

  private BlobAnswer(Exchange exchange, OpenBytes bytes, int index) {
    this.exchange = exchange;
    this.bytes = bytes;
    this.index = index;
    this.blob = bytes.blob(index);
    this.etag = etag(bytes, index);
  }

  /** Answers with one blob, and releases the bytes in the end, whatever happens. */
  static void send(Exchange exchange, OpenBytes bytes, String blobNumber, Digests digests) {
    boolean handedOver = false;
    try {
      int index = index(bytes.object(), blobNumber);
      handedOver = new BlobAnswer(exchange, bytes, index).send(digests);
    } finally {
      if (!handedOver) {
        bytes.release();
      }
    }
  }

  static int index(StoredObject object, String blobNumber) {
    int count = object.blobs().size();
    try {
      int index = blobNumber.matches("[0-9]{1,3}") ? Integer.parseInt(blobNumber) : -1;
      if (index >= 0 && index < count) {
        return index;
      }
    } catch (NumberFormatException unreachable) {
      throw new AssertionError(unreachable);
    }
    throw new NotFoundException("Cannot find blob " + blobNumber + " of " + object.id() + ": it has " + count
        + (count == 1 ? " blob" : " blobs") + ", numbered from 0");
  }

  static String etag(OpenBytes bytes, int index) {
    try {
      byte[] hash = MessageDigest.getInstance("SHA-256")
          .digest((bytes.identity() + "#" + index).getBytes(StandardCharsets.UTF_8));
      return '"' + HexFormat.of().formatHex(hash, 0, 16) + '"';
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  private boolean send(Digests digests) {
    exchange.header("ETag", etag);
    exchange.header("Accept-Ranges", "bytes");
    exchange.header("Cache-Control", "no-cache");
    Preconditions.Outcome outcome = Preconditions.evaluate(exchange.headers(), etag);
    if (outcome != Preconditions.Outcome.GO_ON) {
      if (outcome == Preconditions.Outcome.FAILED) {
        throw Preconditions.failed("the blob is another one by now");
      }
      exchange.header("Content-Length", Long.toString(blob.byteSize())); // what a 200 would say (RFC 9110, 8.6)
      exchange.empty(304);
      return false;
    }
    if (Digests.isWanted(exchange.headers())) {
      exchange.header(Digests.REPRESENTATION, Digests.field(digests.of(bytes, index)));
    }
    return exchange.isHead() ? sendHead() : sendBytes();
  }

  private boolean sendHead() {
    exchange.header("Content-Type", OCTETS);
    exchange.header("Content-Length", Long.toString(blob.byteSize()));
    exchange.empty(200);
    return false;
  }

  private boolean sendBytes() {
    List<ByteRange> ranges = ranges();
    if (ranges == null) {
      return exchange.send(200, OCTETS, List.of(new BlobSender.Piece(blob)), bytes::release);
    }
    if (ranges.isEmpty()) {
      exchange.header("Content-Range", ByteRange.toNonSatisfiableHeaderValue(blob.byteSize()));
      throw new Refusal.HttpRefusal(416, io.packice.core.ErrorCode.INVALID_REQUEST,
          "Cannot send this range: the blob has " + blob.byteSize() + " bytes; ask for some of these");
    }
    if (ranges.size() == 1) {
      ByteRange range = ranges.getFirst();
      exchange.header("Content-Range", range.toHeaderValue(blob.byteSize()));
      return exchange.send(206, OCTETS,
          List.of(new BlobSender.Piece(blob.asSlice(range.first(), range.getLength()))), bytes::release);
    }
    return writeMultiple(ranges);
  }

  /** What to send of the blob; null for all of it, nothing if the ranges lie outside. */
  private @Nullable List<ByteRange> ranges() {
    List<String> fields = exchange.headers().getValuesList(HttpHeader.RANGE);
    String condition = exchange.headers().get(HttpHeader.IF_RANGE);
    if (fields.size() != 1 || !fields.getFirst().startsWith("bytes=")) {
      return null;
    }
    if (condition != null && !condition.equals(etag)) {
      return null; // a range of an earlier object: it gets the new one as a whole
    }
    List<RangeSpec> specs = RangeSpec.parse(fields.getFirst());
    if (specs == null || specs.size() > MOST_RANGES) {
      return null; // what makes no sense is ignored (RFC 9110, 14.2)
    }
    List<ByteRange> satisfiable = new ArrayList<>();
    for (RangeSpec spec : specs) {
      ByteRange range = spec.within(blob.byteSize());
      if (range != null) {
        satisfiable.add(range);
      }
    }
    return RangeSpec.coalesce(satisfiable);
  }

  private boolean writeMultiple(List<ByteRange> ranges) {
    byte[] random = new byte[12];
    RANDOM.nextBytes(random);
    String boundary = "packice-" + HexFormat.of().formatHex(random);
    List<BlobSender.Piece> pieces = new ArrayList<>();
    String lineEnd = "";
    for (ByteRange range : ranges) {
      pieces.add(text(lineEnd + "--" + boundary + "\r\nContent-Type: " + OCTETS + "\r\nContent-Range: "
          + range.toHeaderValue(blob.byteSize()) + "\r\n\r\n"));
      pieces.add(new BlobSender.Piece(blob.asSlice(range.first(), range.getLength())));
      lineEnd = "\r\n";
    }
    pieces.add(text("\r\n--" + boundary + "--\r\n"));
    return exchange.send(206, "multipart/byteranges; boundary=" + boundary, pieces, bytes::release);
  }

  private static BlobSender.Piece text(String text) {
    return new BlobSender.Piece(MemorySegment.ofArray(text.getBytes(StandardCharsets.US_ASCII)));
  }
}
