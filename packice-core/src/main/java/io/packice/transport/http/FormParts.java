package io.packice.transport.http;

import io.packice.backends.memory.MemfdBlobStore;
import io.packice.core.Blob;
import io.packice.core.BlobStore;
import io.packice.core.Extent;
import io.packice.core.Grant;
import io.packice.core.ObjectId;
import io.packice.transport.wire.Wire;
import java.io.ByteArrayOutputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import org.eclipse.jetty.http.MultiPart;
import org.eclipse.jetty.io.Content;
import org.jspecify.annotations.Nullable;

/**
 * The parts of a multipart body: one named {@code meta} is the metadata, every other one is a blob, in order. Nobody knows the blobs' lengths
 * before the last has come, so they wait in shared memory of their own, and are copied once.
 */
final class FormParts implements MultiPart.Parser.Listener, AutoCloseable {
  private static final long COPY_BYTES = 16 << 20;
  private static final int MAX_META_BYTES = 64 << 10;
  /** Of one part, without its content. */
  private static final int MAX_HEAD_BYTES = 8 << 10;

  private final FormListener listener = new FormListener(this);
  private final MultiPart.Parser parser;
  private final BlobStore.Draft staging;
  private final Extent extent;
  private final List<Blob> blobs = new ArrayList<>();

  private long start; // of the part that is being read, in the extent
  private long end;
  private @Nullable ByteArrayOutputStream meta; // while it is the part that is being read
  private @Nullable String metaText;
  private boolean complete;
  private @Nullable Throwable failure;
  private boolean closed;

  FormParts(String contentType) {
    parser = new MultiPart.Parser(MultiPart.extractBoundary(contentType), listener);
    parser.setMaxParts(Blob.MAX_PER_OBJECT + 1L);
    parser.setPartHeadersMaxLength(MAX_HEAD_BYTES);
    staging = new MemfdBlobStore().allocate(new ObjectId("form"), OptionalLong.empty());
    extent = staging.openWriter();
  }

  /** Takes a chunk of the body. */
  void accept(Content.Chunk chunk) {
    parser.parse(chunk);
    listener.rethrow();
    if (failure != null) {
      throw Refusal.badRequest("Cannot read the form: " + failure.getMessage() + "; send multipart/form-data");
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
    for (int i = 0; i < blobs.size(); i++) {
      Blob source = blobs.get(i);
      for (long at = 0; at < source.byteSize(); at += COPY_BYTES) {
        try (Arena arena = Arena.ofShared()) {
          long length = Math.min(COPY_BYTES, source.byteSize() - at);
          MemorySegment part = extent.map(source.offset() + at, length, Extent.Access.READ_ONLY, arena);
          grant.extent().write(part.asByteBuffer(), targets.get(i).offset() + at);
        }
      }
    }
  }

  @Override
  public void onPartHeader(String name, String value) {
    if ("content-disposition".equals(name.toLowerCase(Locale.ROOT))
        && value.matches("(?i).*;\\s*name=\"?meta\"?\\s*(;.*)?")) {
      meta = new ByteArrayOutputStream();
    }
  }

  @Override
  public void onPartContent(Content.Chunk chunk) {
    ByteBuffer bytes = chunk.getByteBuffer();
    ByteArrayOutputStream text = meta;
    if (text != null) {
      byte[] copy = new byte[bytes.remaining()];
      bytes.get(copy);
      text.writeBytes(copy);
      if (text.size() > MAX_META_BYTES) {
        throw Refusal
            .badRequest("Cannot use metadata of more than " + MAX_META_BYTES + " bytes; keep large things in a blob");
      }
    } else if (bytes.hasRemaining()) {
      int count = bytes.remaining();
      extent.write(bytes, end);
      end += count;
    }
  }

  @Override
  public void onPartEnd() {
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
      staging.discard();
    }
  }
}
