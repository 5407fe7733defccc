package io.packice.transport.http;

import io.packice.core.StorageException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import org.jspecify.annotations.Nullable;

/**
 * The secret that a server asks its clients for, and that a client sends: {@code Authorization: Bearer TOKEN}. {@link #toString} hides
 * it. Immutable, safe from any thread.
 */
public final class BearerToken {
  /** The shortest token, in characters. */
  public static final int MIN_LENGTH = 16;

  private static final int MAX_LENGTH = 1024;
  private static final String SCHEME = "Bearer ";

  private final String value;
  private final byte[] digest;

  private BearerToken(String value) {
    this.value = value;
    this.digest = sha256(value);
  }

  /**
   * A token.
   *
   * @param value {@value #MIN_LENGTH} to 1024 visible ASCII characters
   * @return the token
   * @throws IllegalArgumentException if it is shorter or longer, or has other characters; make one with: openssl rand -hex 32
   */
  public static BearerToken of(String value) {
    if (value.length() < MIN_LENGTH || value.length() > MAX_LENGTH) {
      throw new IllegalArgumentException("Cannot use a token of " + value.length() + " characters; give " + MIN_LENGTH
          + " to " + MAX_LENGTH + ", made for example by: openssl rand -hex 32");
    }
    if (!value.chars().allMatch(c -> c > ' ' && c < 0x7f)) {
      throw new IllegalArgumentException(
          "Cannot use a token with spaces or other than ASCII characters; make one with: openssl rand -hex 32");
    }
    return new BearerToken(value);
  }

  /**
   * The token that a file has, with or without a line end behind it.
   *
   * @param file the file; only its owner should be able to read it
   * @return the token
   * @throws StorageException if the file cannot be read
   * @throws IllegalArgumentException if what it has is no token
   */
  public static BearerToken read(Path file) {
    try {
      String content = Files.readString(file, StandardCharsets.ISO_8859_1);
      return of(content.endsWith("\n") ? content.substring(0, content.length() - 1).stripTrailing() : content);
    } catch (IOException e) {
      throw Unreadable.file("the token file", file, e);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(e.getMessage() + " (token file " + file + ")", e);
    }
  }

  /** The value of the header that shows this token. */
  String header() {
    return SCHEME + value;
  }

  /** Whether a header shows this token; how long that takes says nothing about the token. */
  boolean isShownBy(@Nullable String header) {
    boolean isBearer = header != null && header.regionMatches(true, 0, SCHEME, 0, SCHEME.length());
    String shown = isBearer ? String.valueOf(header).substring(SCHEME.length()).strip() : "";
    return MessageDigest.isEqual(digest, sha256(shown)) && isBearer;
  }

  private static byte[] sha256(String text) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  /** Says that there is one, not which. */
  @Override
  public String toString() {
    return "BearerToken[hidden]";
  }
}
