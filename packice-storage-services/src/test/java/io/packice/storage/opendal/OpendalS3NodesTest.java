package io.packice.storage.opendal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.packice.storage.Capability;
import io.packice.storage.DeniedException;
import io.packice.storage.NodeException;
import io.packice.storage.Storage;
import io.packice.storage.contract.NodeContract;
import io.packice.storage.s3.S3Emulator;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Nodes of a bucket, by OpenDAL, over the network. */
class OpendalS3NodesTest extends NodeContract {
  private static S3Emulator s3;

  @BeforeAll
  static void start() throws Exception {
    s3 = new S3Emulator();
  }

  @AfterAll
  static void stop() throws Exception {
    s3.close();
  }

  private static Map<String, Object> settings() {
    return new HashMap<>(Map.of("scheme", "s3", "bucket", s3.bucket(false), "endpoint", s3.endpoint(), "region",
        "us-east-1", "access_key_id",
        S3Emulator.ACCESS_KEY, "secret_access_key", S3Emulator.SECRET_KEY));
  }

  @Override
  protected Storage open() {
    return Storage.builder().mount(MOUNT, "opendal", settings()).build();
  }

  @Override
  protected Set<Capability> declared() {
    return EnumSet.of(Capability.READ, Capability.RANGE, Capability.WRITE, Capability.ATOMIC, Capability.DELETE,
        Capability.LIST,
        Capability.SERVER_SIDE_COPY);
  }

  @Test
  void largeFilesGoInParts() {
    byte[] bytes = bytes(20 << 20);
    assertThat(node("large").write(bytes).read()).isEqualTo(bytes);
  }

  @Test
  void wrongKeysAreRefusedAndNeverShown() {
    Map<String, Object> settings = settings();
    settings.put("secret_access_key", "wrong-and-secret");
    try (Storage wrong = Storage.builder().mount("w", "opendal", settings).build()) {
      assertThatExceptionOfType(DeniedException.class).isThrownBy(() -> wrong.node("w:x").read())
          .satisfies(e -> assertThat(e.getMessage()).doesNotContain("wrong-and-secret", S3Emulator.ACCESS_KEY));
      assertThat(wrong.mounts().toString()).doesNotContain("wrong-and-secret");
    }
  }

  @Test
  void unknownSchemesAreRefused() {
    try (Storage wrong = Storage.builder().mount("w", "opendal", Map.of("scheme", "no-such")).build()) {
      assertThatExceptionOfType(NodeException.class).isThrownBy(() -> wrong.node("w:x").read())
          .withMessageContaining("Cannot open the mount w");
    }
  }
}
