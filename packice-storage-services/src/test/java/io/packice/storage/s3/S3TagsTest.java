package io.packice.storage.s3;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** An ETag is a hash of the bytes only sometimes. */
class S3TagsTest {
  private static final String MD5 = "d41d8cd98f00b204e9800998ecf8427e";

  @Test
  void ofOnePieceIsMd5() {
    assertThat(S3Tags.md5("\"" + MD5 + "\"", null)).isEqualTo(MD5);
    assertThat(S3Tags.md5(MD5, "AES256")).isEqualTo(MD5);
  }

  @Test
  void ofPartsOrEncryptedIsNone() {
    assertThat(S3Tags.md5("\"" + MD5 + "-3\"", null)).isNull();
    assertThat(S3Tags.md5("\"" + MD5 + "\"", "aws:kms")).isNull();
    assertThat(S3Tags.md5(null, null)).isNull();
    assertThat(S3Tags.sha256("47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="))
        .isEqualTo("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    assertThat(S3Tags.sha256("47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=-2")).isNull();
    assertThat(S3Tags.sha256(null)).isNull();
  }
}
