package io.packice.transport.http;

import io.packice.core.AcquireRequest;
import io.packice.core.Blob;
import io.packice.core.Extent;
import io.packice.core.Grant;
import io.packice.core.PackiceException;
import io.packice.core.Session;
import io.packice.core.StorageException;
import io.packice.transport.wire.Wire;
import java.io.ByteArrayOutputStream;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.eclipse.jetty.http.MultiPart;
import org.eclipse.jetty.io.Content;
import org.jspecify.annotations.Nullable;

/**
 * The parts of a multipart body: one named {@code meta} is the metadata, every other one is a blob, in order. Nobody knows the blobs' lengths
 * before the last has come, so they wait in a draft of their own, which counts like any other, and are copied once.
 */
final class FormParts implements MultiPart.Parser.Listener, AutoCloseable {
  private static final int COPY_BYTES = 1 << 20;
  private static final int MAX_META_BYTES = 64 << 10;
  /** Of the head of one part. */
  private static final int MAX_HEAD_BYTES = 8 << 10;

  private final MultiPart.Parser parser;
  private final Session session;
  private final Grant staging;
  private final Extent extent;
  private final List<Blob> blobs = new ArrayList<>();

  private long start; // of the part that is being read, in the extent
  private long end;
  private @Nullable ByteArrayOutputStream meta; // while it is the part that is being read
  private @Nullable String metaText;
  private boolean isDisposed; // the part that is being read has said its name
  private boolean complete;
  private @Nullable Throwable failure;
  private boolean closed;

  /** The parts of a form, which takes room in the session's peer until it is closed. */
  FormParts(String contentType, Session session) {
    parser = new MultiPart.Parser(MultiPart.extractBoundary(contentType), this);
    parser.setMaxParts(Blob.MAX_PER_OBJECT + 1L);
    parser.setPartHeadersMaxLength(MAX_HEAD_BYTES);
    this.session = session;
    staging = session.acquire(AcquireRequest.create(null, null));
    extent = staging.extent();
  }

  /** Takes a chunk of the body. */
  void accept(Content.Chunk chunk) {
    parser.parse(chunk);
    switch (failure) {
      case null -> {
        // go on
      }
      case Error error -> throw error;
      case Refusal.HttpRefusal refusal -> throw refusal;
      case PackiceException refusal -> throw refusal;
      default ->
          throw Refusal.badRequest("Cannot read the form: " + failure.getMessage() + "; send multipart/form-data");
    }
  }

  /** The parser logs what its listener throws, and goes on as if nothing had been lost. */
  private void unlessFailed(Runnable step) {
    if (failure != null) {
      return;
    }
    try {
      step.run();
    } catch (Throwable thrown) {
      failure = thrown;
    }
  }

  void requireComplete() {
    if (!complete) {
      throw Refusal.badRequest("Cannot read the form: it ends before its last boundary");
    }
  }

  List<Long> sizes() {
    return blobs.stream().map(Blob::byteSize).toList();
  }

  @Nullable
  String meta() {
    return metaText;
  }

  /** Copies the blobs into the draft that was made for them. */
  void writeTo(Grant grant) {
    List<Blob> targets = grant.lease().object().blobs();
    try (Arena arena = Arena.ofConfined()) {
      ByteBuffer chunk = arena.allocate(COPY_BYTES).asByteBuffer();
      for (int i = 0; i < blobs.size(); i++) {
        Blob source = blobs.get(i);
        for (long at = 0; at < source.byteSize(); at += chunk.limit()) {
          chunk.clear().limit((int) Math.min(COPY_BYTES, source.byteSize() - at));
          if (extent.read(chunk, source.offset() + at) < chunk.limit()) {
            throw new StorageException("Cannot read the form's parts again: somebody has cut them off; send it again");
          }
          grant.extent().write(chunk.flip(), targets.get(i).offset() + at);
        }
      }
    }
  }

  @Override
  public void onPartHeader(String name, String value) {
    if ("content-disposition".equals(name.toLowerCase(Locale.ROOT))) {
      unlessFailed(() -> dispose(value));
    }
  }

  private void dispose(String disposition) {
    if (isDisposed) {
      throw new IllegalArgumentException("it has a part with two names");
    }
    isDisposed = true;
    if ("meta".equals(Disposition.name(disposition))) {
      if (metaText != null) {
        throw new IllegalArgumentException("it has two parts of metadata");
      }
      meta = new ByteArrayOutputStream();
    }
  }

  @Override
  public void onPartContent(Content.Chunk chunk) {
    unlessFailed(() -> take(chunk.getByteBuffer()));
  }

  private void take(ByteBuffer bytes) {
    ByteArrayOutputStream text = meta;
    if (text == null) {
      int count = bytes.remaining();
      extent.write(bytes, end);
      end += count;
      return;
    }
    if (text.size() + bytes.remaining() > MAX_META_BYTES) {
      throw Refusal
          .badRequest("Cannot use metadata of more than " + MAX_META_BYTES + " bytes; keep large things in a blob");
    }
    byte[] copy = new byte[bytes.remaining()];
    bytes.get(copy);
    text.writeBytes(copy);
  }

  @Override
  public void onPartEnd() {
    unlessFailed(this::endPart);
  }

  private void endPart() {
    isDisposed = false;
    ByteArrayOutputStream text = meta;
    if (text != null) {
      metaText = Wire.text(text.toByteArray());
      meta = null;
      return;
    }
    blobs.add(new Blob(start, end - start));
    start = Blob.alignUp(end);
    end = start;
  }

  @Override
  public void onComplete() {
    complete = true;
  }

  @Override
  public void onFailure(Throwable cause) {
    failure = cause;
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      extent.close();
      session.release(staging.lease().id());
    }
  }
}
