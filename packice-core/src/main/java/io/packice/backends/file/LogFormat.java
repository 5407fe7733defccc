package io.packice.backends.file;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.function.Consumer;
import java.util.zip.CRC32C;

/**
 * How a log of seals is written: a header, and one record behind the other, each of which is on the disk before whoever caused it is told so.
 *
 * <pre>
 *   header   "PACKSEAL" 8 | format 4 | next seal 8 | next extent 8 | CRC-32C of these 4
 *   record   magic 4 | length of the body 4 | CRC-32C of the body 4 | CRC-32C of these 4 | body
 *   body     1, and what {@link SealRecord} says: an object was sealed
 *            2 | how many 4 | of each: the number of its seal 8: objects are gone
 * </pre>
 *
 * <p>Numbers have their highest byte first. The head has a checksum of its own, so that a record whose end is not there, which nobody was told of, can
 * be told from one whose bytes have changed. Every head has zero bytes in its length, which no text of a record has: no metadata is ever taken for a
 * record. A seal's number is higher than those before it; the header's numbers are for those that no record has any more.
 */
final class LogFormat {
  static final int FORMAT = 1;
  static final int HEADER_BYTES = 32;
  static final int HEAD_BYTES = 4 * Integer.BYTES;
  /** Of a body; several times what the largest metadata and the most blobs take. */
  static final int MAX_BODY_BYTES = 1 << 20;
  static final byte SEALED = 1;
  static final byte GONE = 2;

  private static final long FILE_MAGIC = 0x5041434b5345414cL;
  private static final int RECORD_MAGIC = 0x504b5331; // PKS1
  private static final int LENGTH_OFFSET = Integer.BYTES;
  private static final int BODY_CRC_OFFSET = 2 * Integer.BYTES;
  private static final int HEAD_CRC_OFFSET = 3 * Integer.BYTES;
  private static final int FORMAT_OFFSET = Long.BYTES;
  private static final int NEXT_SEAL_OFFSET = FORMAT_OFFSET + Integer.BYTES;
  private static final int NEXT_EXTENT_OFFSET = NEXT_SEAL_OFFSET + Long.BYTES;
  private static final int HEADER_CRC_OFFSET = NEXT_EXTENT_OFFSET + Long.BYTES;

  private LogFormat() {
  }

  // ---- header

  static byte[] header(long nextSeal, long nextExtent) {
    ByteBuffer header = ByteBuffer.allocate(HEADER_BYTES);
    header.putLong(FILE_MAGIC).putInt(FORMAT).putLong(nextSeal).putLong(nextExtent);
    return header.putInt(crc(header.array(), 0, HEADER_CRC_OFFSET)).array();
  }

  /** Whether it is a header, and of this format. */
  static boolean isHeader(byte[] header) {
    return isMagic(header) && format(header) == FORMAT
        && crc(header, 0, HEADER_CRC_OFFSET) == Cursor.intAt(header, HEADER_CRC_OFFSET);
  }

  /** Which later format it is of; 0 if of none, as far as its bytes tell. */
  static int laterFormat(byte[] header) {
    byte[] ours = header.clone();
    ByteBuffer.wrap(ours).putInt(FORMAT_OFFSET, FORMAT);
    return isMagic(header) && format(header) > FORMAT && !isHeader(ours) ? format(header) : 0;
  }

  private static boolean isMagic(byte[] header) {
    return header.length >= HEADER_BYTES && Cursor.longAt(header, 0) == FILE_MAGIC;
  }

  private static int format(byte[] header) {
    return Cursor.intAt(header, FORMAT_OFFSET);
  }

  static long nextSeal(byte[] header) {
    return Cursor.longAt(header, NEXT_SEAL_OFFSET);
  }

  static long nextExtent(byte[] header) {
    return Cursor.longAt(header, NEXT_EXTENT_OFFSET);
  }

  // ---- records

  /** A record whose body, of so many bytes, is written behind its head. */
  static byte[] record(int bodyBytes, Consumer<ByteBuffer> body) {
    byte[] bytes = new byte[HEAD_BYTES + bodyBytes];
    ByteBuffer record = ByteBuffer.wrap(bytes);
    body.accept(record.position(HEAD_BYTES));
    record.putInt(0, RECORD_MAGIC).putInt(LENGTH_OFFSET, bodyBytes)
        .putInt(BODY_CRC_OFFSET, crc(bytes, HEAD_BYTES, bodyBytes))
        .putInt(HEAD_CRC_OFFSET, crc(bytes, 0, HEAD_CRC_OFFSET));
    return bytes;
  }

  /** Says that the objects of these seals are gone. */
  static byte[] gone(List<Long> seals) {
    return record(1 + Integer.BYTES + seals.size() * Long.BYTES, body -> {
      body.put(GONE).putInt(seals.size());
      seals.forEach(body::putLong);
    });
  }

  static boolean isMagic(byte[] bytes, int at) {
    return Cursor.intAt(bytes, at) == RECORD_MAGIC;
  }

  /** How long the body is of the record whose head stands there; 0 if none does. */
  static int bodyBytes(byte[] bytes, int at) {
    int length = Cursor.intAt(bytes, at + LENGTH_OFFSET);
    boolean isHead = isMagic(bytes, at) && length > 0 && length <= MAX_BODY_BYTES
        && crc(bytes, at, HEAD_CRC_OFFSET) == Cursor.intAt(bytes, at + HEAD_CRC_OFFSET);
    return isHead ? length : 0;
  }

  /** Whether the body behind a head is what was written. */
  static boolean isWhole(byte[] bytes, int at, int bodyBytes) {
    return crc(bytes, at + HEAD_BYTES, bodyBytes) == Cursor.intAt(bytes, at + BODY_CRC_OFFSET);
  }

  private static int crc(byte[] bytes, int offset, int length) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, offset, length);
    return (int) crc.getValue();
  }
}
