package io.packice.storage.s3;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.packice.storage.AbsentException;
import io.packice.storage.CopyOptions;
import io.packice.storage.CopySummary;
import io.packice.storage.DeniedException;
import io.packice.storage.NodeWriter;
import io.packice.storage.RetryPolicy;
import io.packice.storage.Skip;
import io.packice.storage.Storage;
import io.packice.storage.StorageNode;
import io.packice.storage.UnavailableException;
import io.packice.storage.WriteOptions;
import java.io.InputStream;
import java.lang.foreign.MemorySegment;
import java.net.HttpURLConnection;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Wrong keys, large files, hashes that are none, and addresses that expire. */
class S3FaultsTest {
  private static S3Emulator s3;

  @BeforeAll
  static void start() throws Exception {
    s3 = new S3Emulator();
  }

  @AfterAll
  static void stop() throws Exception {
    s3.close();
  }

  private static Storage storage(Map<String, Object> settings) {
    return Storage.builder().mount("s3", "s3", settings).mount("m", "memory", Map.of())
        .retries(new RetryPolicy(3, Duration.ofMillis(1), Duration.ofMillis(2))).build();
  }

  private static byte[] bytes(int count) {
    byte[] bytes = new byte[count];
    new Random(count).nextBytes(bytes);
    return bytes;
  }

  @Test
  void wrongKeysAreRefusedAndNeverShown() {
    Map<String, Object> settings = s3.settings(s3.bucket(false));
    settings.put("secret-key", "wrong-and-secret");
    try (Storage storage = storage(settings)) {
      for (Runnable call : List.<Runnable>of(() -> storage.node("s3:x").read(), () -> storage.node("s3:x").exists(),
          () -> storage.node("s3:x").writeText("x"), () -> storage.node("s3:").children())) {
        assertThatExceptionOfType(DeniedException.class).isThrownBy(call::run).withMessageContaining("403")
            .satisfies(e -> assertThat(e.getMessage()).doesNotContain("wrong-and-secret", S3Emulator.ACCESS_KEY));
      }
    }
  }

  @Test
  void whatDoesNotAnswerIsUnavailable() {
    Map<String, Object> settings = s3.settings("none");
    try (Storage storage = storage(settings)) {
      assertThatExceptionOfType(AbsentException.class).isThrownBy(() -> storage.node("s3:x").writeText("x"))
          .withMessageContaining("no such bucket");
    }
    settings.put("endpoint", "http://127.0.0.1:1");
    try (Storage storage = storage(settings)) {
      assertThatExceptionOfType(UnavailableException.class).isThrownBy(() -> storage.node("s3:x").read())
          .withMessageContaining("does not answer");
    }
  }

  @Test
  void largeFilesGoInParts() {
    Map<String, Object> settings = s3.settings(s3.bucket(false));
    settings.put("part-size", 5);
    byte[] bytes = bytes((11 << 20) + 3);
    try (Storage storage = storage(settings)) {
      StorageNode node = storage.node("s3:large");
      try (NodeWriter writer = node.writer(WriteOptions.DEFAULT)) {
        writer.write(MemorySegment.ofArray(bytes).asSlice(0, 6 << 20));
        assertThat(node.exists()).isFalse();
        writer.write(MemorySegment.ofArray(bytes).asSlice(6 << 20));
        writer.commit();
      }
      assertThat(node.read()).isEqualTo(bytes);
      assertThat(node.info().details().md5()).isNull(); // the ETag of parts is no hash of the bytes
      storage.node("m:copy").write(bytes);
      CopySummary same = storage.node("m:copy").copyTo(node, CopyOptions.DEFAULT.withSkip(Skip.HASH));
      assertThat(same.skipped()).isEqualTo(1);
      assertThat(same.bytesHashed()).isEqualTo(bytes.length); // what that cost
      try (NodeWriter writer = storage.node("s3:given-up").writer(WriteOptions.DEFAULT)) {
        writer.write(MemorySegment.ofArray(bytes));
      }
      assertThat(storage.node("s3:").children().map(StorageNode::name)).containsExactly("large");
    }
  }

  @Test
  void listingsHavePages() {
    try (Storage storage = storage(s3.settings(s3.bucket(false)))) {
      IntStream.range(0, 1_050).parallel().forEach(i -> storage.node("s3:many/" + i).write(new byte[0]));
      assertThat(storage.node("s3:many").children().map(StorageNode::name).distinct().count()).isEqualTo(1_050);
      assertThat(storage.node("s3:many").deleteTree()).isEqualTo(1_050);
      assertThat(storage.node("s3:many").exists()).isFalse();
    }
  }

  @Test
  void signedAddressesWriteAndExpire() throws Exception {
    try (Storage storage = storage(s3.settings(s3.bucket(false)))) {
      StorageNode node = storage.node("s3:signed");
      HttpURLConnection put = (HttpURLConnection) node.presignWrite(Duration.ofMinutes(1)).toURL().openConnection();
      put.setRequestMethod("PUT");
      put.setDoOutput(true);
      put.getOutputStream().write("put".getBytes(UTF_8));
      assertThat(put.getResponseCode()).isEqualTo(200);
      URI address = node.presignRead(Duration.ofMinutes(1));
      try (InputStream in = address.toURL().openStream()) {
        assertThat(in.readAllBytes()).asString(UTF_8).isEqualTo("put");
      }
      HttpURLConnection forged = (HttpURLConnection) URI.create(address.toString().replace("Expires=60", "Expires=600"))
          .toURL().openConnection();
      assertThat(forged.getResponseCode()).isEqualTo(403);
    }
  }
}
