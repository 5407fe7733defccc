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
    if (text.length() != DIGITS) {
      return null;
    }
    for (int i = 0; i < DIGITS; i++) {
      char c = text.charAt(i);
      boolean fits = i == HASH_DIGITS ? c == '-' : (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
      if (!fits) {
        return null;
      }
    }
    return new FileName(text.substring(0, HASH_DIGITS), HexFormat.fromHexDigitsToLong(text, HASH_DIGITS + 1, DIGITS));
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
