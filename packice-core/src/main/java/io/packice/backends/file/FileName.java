package io.packice.backends.file;

import io.packice.core.ObjectId;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * What the files of one version of one object are called, without their extension:
 *
 * <pre>
 *   2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c - 000000000000002a
 *   the first 160 bits of the id's SHA-256     the version, both in lower-case hexadecimal
 * </pre>
 *
 * <p>So every id is safe whatever its characters and length, and no two ids differ by case alone; the id itself stands in the manifest.
 * Versions grow with every seal of a store, so of two versions of an id the higher one is the newer.
 *
 * @param hash of the id
 * @param version which seal of the store made it
 */
public record FileName(String hash, long version) {
  private static final int HASH_BYTES = 20;
  private static final int SHARD_DIGITS = 2;
  private static final int HASH_DIGITS = 2 * HASH_BYTES;
  static final int DIGITS = HASH_DIGITS + 1 + 16;

  /**
   * The name of a version.
   *
   * @param id the object
   * @param version which one of it
   * @return the name
   */
  public static FileName of(ObjectId id, long version) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(id.value().getBytes(StandardCharsets.UTF_8));
      return new FileName(HexFormat.of().formatHex(digest, 0, HASH_BYTES), version);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Cannot name files: every JDK has SHA-256, this one does not", e);
    }
  }

  /**
   * Reads a name.
   *
   * @param text what may be one
   * @return the name that it is; null if it is none
   */
  public static @Nullable FileName parse(String text) {
    return text.length() == DIGITS ? parse(text.getBytes(StandardCharsets.ISO_8859_1), 0) : null;
  }

  /** Reads a name of which there are {@link #DIGITS} bytes at least; null if it is none. */
  static @Nullable FileName parse(byte[] bytes, int start) {
    long version = 0;
    for (int i = 0; i < DIGITS; i++) {
      byte c = bytes[start + i];
      int digit = c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
      if (i == HASH_DIGITS ? c != '-' : digit < 0) {
        return null;
      }
      version = version << 4 | digit; // of which the last 16 digits stay
    }
    return new FileName(new String(bytes, start, HASH_DIGITS, StandardCharsets.ISO_8859_1), version);
  }

  /** Which of the 256 folders it is in. */
  String shard() {
    return hash.substring(0, SHARD_DIGITS);
  }

  /** Whether it is a name of this id. */
  boolean names(ObjectId id) {
    return of(id, version).hash.equals(hash);
  }

  /** The name without an extension. */
  @Override
  public String toString() {
    return hash + "-" + HexFormat.of().toHexDigits(version);
  }
}
