package io.packice.backends.file;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.packice.core.Blob;
import io.packice.core.Metadata;
import io.packice.core.ObjectId;
import io.packice.core.StoredObject;
import io.packice.internal.os.FileStamp;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * What a start wants to know of a manifest, in a form that is read in a fraction of the time that JSON takes:
 *
 * <pre>
 *   magic 4 bytes | length of the rest 4 | CRC-32C of the rest 4 | name of the object's files 57, ASCII
 *   | of the manifest: inode 8, size 8, ctime, seconds 8, nanoseconds 4
 *   | sealed at, seconds 8, nanoseconds 4 | owner 8, -1 for none | blobs 4 | of each: offset 8, size 8 | id | meta | group | ttl
 * </pre>
 *
 * <p>Numbers have their highest byte first. A text is its length in bytes (4; -1 for none), and then UTF-8.
 *
 * @param stamp of the manifest
 * @param name of the object's files
 * @param object what the object is
 * @param sealedAt when, by the clock on the wall
 */
record IndexEntry(FileStamp stamp, FileName name, StoredObject object, Instant sealedAt) {
  private static final int MAGIC = 0x504b4933; // PKI3
  static final int HEAD_BYTES = 3 * Integer.BYTES;
  /** Where the name of the object's files stands. */
  static final int NAME_OFFSET = HEAD_BYTES;
  private static final long NO_OWNER = -1;
  private static final int NO_TEXT = -1;

  byte[] toBytes() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.write(new byte[HEAD_BYTES]);
      write(out);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    byte[] all = bytes.toByteArray();
    ByteBuffer.wrap(all).putInt(MAGIC).putInt(all.length - HEAD_BYTES)
        .putInt(checksum(all, HEAD_BYTES, all.length - HEAD_BYTES));
    return all;
  }

  private void write(DataOutputStream out) throws IOException {
    out.write(name.toString().getBytes(ISO_8859_1));
    out.writeLong(stamp.inode());
    out.writeLong(stamp.byteSize());
    out.writeLong(stamp.changedSeconds());
    out.writeInt(stamp.changedNanos());
    out.writeLong(sealedAt.getEpochSecond());
    out.writeInt(sealedAt.getNano());
    out.writeLong(object.owner().orElse(NO_OWNER));
    out.writeInt(object.blobs().size());
    for (Blob blob : object.blobs()) {
      out.writeLong(blob.offset());
      out.writeLong(blob.byteSize());
    }
    write(out, object.id().value());
    write(out, object.meta().toJson());
    write(out, object.group());
    write(out, object.ttl() == null ? null : object.ttl().toString());
  }

  private static void write(DataOutputStream out, @Nullable String text) throws IOException {
    if (text == null) {
      out.writeInt(NO_TEXT);
    } else {
      byte[] bytes = text.getBytes(UTF_8);
      out.writeInt(bytes.length);
      out.write(bytes);
    }
  }

  /** How many bytes the entry has that begins so; 0 if that is no entry. */
  static int byteSize(byte[] head) {
    int length = intAt(head, Integer.BYTES);
    boolean isEntry =
        intAt(head, 0) == MAGIC && length >= FileName.DIGITS && length <= Integer.MAX_VALUE - HEAD_BYTES;
    return isEntry ? HEAD_BYTES + length : 0;
  }

  /** Whether the first so many bytes are what {@link #toBytes} gave. */
  static boolean isWhole(byte[] bytes, int byteSize) {
    return intAt(bytes, 2 * Integer.BYTES) == checksum(bytes, HEAD_BYTES, byteSize - HEAD_BYTES);
  }

  /** Reads the first so many bytes, which are whole, as the entry of this name; null if it is not ours nevertheless. */
  static @Nullable IndexEntry read(byte[] bytes, int byteSize, FileName name) {
    try {
      return read(new Cursor(bytes, NAME_OFFSET + FileName.DIGITS, byteSize), name);
    } catch (IllegalArgumentException | DateTimeException e) {
      return null;
    }
  }

  private static IndexEntry read(Cursor in, FileName name) {
    FileStamp stamp = new FileStamp(in.nextLong(), in.nextLong(), in.nextLong(), in.nextInt());
    Instant sealedAt = Instant.ofEpochSecond(in.nextLong(), in.nextInt());
    long owner = in.nextLong();
    List<Blob> blobs = blobs(in, in.nextInt());
    @Nullable String[] texts = new String[4];
    for (int i = 0; i < texts.length; i++) {
      texts[i] = in.nextText();
    }
    if (texts[0] == null || texts[1] == null) {
      throw new IllegalArgumentException("it lacks an id or metadata");
    }
    ObjectId id = new ObjectId(texts[0]);
    Metadata meta = Metadata.ofOwnJson(texts[1]);
    StoredObject object =
        new StoredObject(id, blobs, meta, texts[2], texts[3] == null ? null : Duration.parse(texts[3]),
            owner == NO_OWNER ? OptionalLong.empty() : OptionalLong.of(owner));
    return new IndexEntry(stamp, name, object, sealedAt);
  }

  private static List<Blob> blobs(Cursor in, int count) {
    if (count == 1) {
      return List.of(new Blob(in.nextLong(), in.nextLong()));
    }
    List<Blob> blobs = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      blobs.add(new Blob(in.nextLong(), in.nextLong()));
    }
    return blobs;
  }

  /** Over the bytes of an entry. Plain array accesses: a start reads very many, most of them before the compiler has made anything of a buffer's. */
  private static final class Cursor {
    private final byte[] bytes;
    private final int end;
    private int at;

    Cursor(byte[] bytes, int at, int end) {
      this.bytes = bytes;
      this.at = at;
      this.end = end;
    }

    /** Goes on, and says from where. */
    private int pass(int length) {
      if (length < 0 || length > end - at) {
        throw new IllegalArgumentException("it lacks " + length + " bytes");
      }
      int from = at;
      at += length;
      return from;
    }

    int nextInt() {
      return intAt(bytes, pass(Integer.BYTES));
    }

    long nextLong() {
      int from = pass(Long.BYTES);
      return (long) intAt(bytes, from) << Integer.SIZE | Integer.toUnsignedLong(intAt(bytes, from + Integer.BYTES));
    }

    @Nullable
    String nextText() {
      int length = nextInt();
      return length == NO_TEXT ? null : new String(bytes, pass(length), length, UTF_8);
    }
  }

  private static int intAt(byte[] bytes, int at) {
    return bytes[at] << 24 | (bytes[at + 1] & 0xff) << 16 | (bytes[at + 2] & 0xff) << 8 | (bytes[at + 3] & 0xff);
  }

  private static int checksum(byte[] bytes, int offset, int length) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, offset, length);
    return (int) crc.getValue();
  }
}
