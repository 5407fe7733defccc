package io.packice.storage.s3;

import io.packice.storage.Capability;
import io.packice.storage.Storage;
import io.packice.storage.contract.NodeContract;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** Nodes of a bucket that keeps versions. */
class VersionedS3NodesTest extends NodeContract {
  private static S3Emulator s3;

  @BeforeAll
  static void start() throws Exception {
    s3 = new S3Emulator();
  }

  @AfterAll
  static void stop() throws Exception {
    s3.close();
  }

  @Override
  protected Storage open() {
    Map<String, Object> settings = s3.settings(s3.bucket(true));
    settings.put("versions", true);
    return Storage.builder().mount(MOUNT, "s3", settings).build();
  }

  @Override
  protected Set<Capability> declared() {
    return EnumSet.complementOf(EnumSet.of(Capability.APPEND, Capability.FOLDERS));
  }
}
