package io.packice.storage.s3;

import java.util.Base64;
import java.util.HexFormat;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Which of the service's tags are hashes of the bytes. */
final class S3Tags {
  /** That of an upload in parts has a dash and their number. */
  private static final Pattern MD5 = Pattern.compile("\"?([0-9a-f]{32})\"?");

  private S3Tags() {
  }

  /** MD5; null if the ETag is none: of an upload in parts, or encrypted with a key of the customer's. */
  static @Nullable String md5(@Nullable String etag, @Nullable String encryption) {
    var matcher = MD5.matcher(String.valueOf(etag));
    return matcher.matches() && (encryption == null || encryption.equals("AES256")) ? matcher.group(1) : null;
  }

  /** SHA-256; null if there is none of the whole. */
  static @Nullable String sha256(@Nullable String checksum) {
    return checksum == null || checksum.contains("-") ? null
        : HexFormat.of().formatHex(Base64.getDecoder().decode(checksum));
  }
}
