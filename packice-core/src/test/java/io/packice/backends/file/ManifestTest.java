package io.packice.backends.file;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.packice.core.Blob;
import io.packice.core.Metadata;
import io.packice.core.ObjectId;
import io.packice.core.StorageException;
import io.packice.core.StoredObject;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/** Manifests, whole and damaged. */
final class ManifestTest {
  private static final Manifest FULL = new Manifest(
      new StoredObject(new ObjectId("a \"b\"/ü😀"), Blob.layOut(List.of(5L, 0L, 5000L)),
          Metadata.of(Map.of("manifest", "}],\"crc32c\":\"", "π", List.of(1, 2.5))), "group ü",
          Duration.ofSeconds(3, 123_456_789), OptionalLong.of(4_294_967_294L)),
      1L << 40, Instant.parse("2026-01-31T12:00:00.123456789Z"), List.of(0, 0x89abcdef, 0x01234567));
  private static final Manifest BARE = new Manifest(
      new StoredObject(new ObjectId("bare"), List.of(), Metadata.empty(), null, null), 1, Instant.EPOCH, List.of());

  @Test
  void aManifestComesBackAsItWasWritten() throws DamagedException {
    assertThat(Manifest.parse(FULL.toBytes())).isEqualTo(FULL);
    assertThat(Manifest.parse(BARE.toBytes())).isEqualTo(BARE);
  }

  @Test
  void aManifestIsOneLineOfJson() {
    assertThat(new String(BARE.toBytes(), UTF_8)).isEqualTo("{\"manifest\":{\"format\":1,\"id\":\"bare\",\"version\":1,"
        + "\"sealed_at\":0,\"sealed_at_nanos\":0,\"blobs\":[],\"meta\":{}},\"crc32c\":\"6a2d014e\"}\n");
  }

  @Test
  void everyShorterOrLongerManifestIsDamaged() {
    byte[] whole = FULL.toBytes();
    for (int length = 0; length < whole.length; length++) {
      byte[] shorter = Arrays.copyOf(whole, length);
      assertThatThrownBy(() -> Manifest.parse(shorter)).as("%d bytes", length).isInstanceOf(DamagedException.class);
    }
    byte[] longer = Arrays.copyOf(whole, whole.length + 1);
    assertThatThrownBy(() -> Manifest.parse(longer)).isInstanceOf(DamagedException.class);
  }

  @Test
  void everyChangedBitIsDamage() {
    byte[] bytes = FULL.toBytes();
    for (int bit = 0; bit < 8 * bytes.length; bit++) {
      bytes[bit / 8] ^= (byte) (1 << (bit % 8));
      assertThatThrownBy(() -> Manifest.parse(bytes)).as("bit %d", bit).isInstanceOf(DamagedException.class);
      bytes[bit / 8] ^= (byte) (1 << (bit % 8));
    }
  }

  private static byte[] checked(String inner) {
    byte[] bytes = inner.getBytes(UTF_8);
    return ("{\"manifest\":" + inner + ",\"crc32c\":\"" + Checksum.text(Checksum.of(bytes, 0, bytes.length)) + "\"}\n")
        .getBytes(UTF_8);
  }

  @Test
  void aLaterFormatIsRefusedPolitely() {
    assertThatThrownBy(() -> Manifest.parse(checked("{\"format\":2,\"id\":\"future\",\"new\":true}")))
        .isInstanceOf(StorageException.class).hasMessageContaining("future: it has format 2")
        .hasMessageContaining("use a newer one");
  }

  @Test
  void aManifestOfNonsenseIsDamagedEvenIfItsChecksumFits() {
    for (String inner : List.of("{", "7",
        "{\"format\":1,\"id\":\"\",\"version\":1,\"sealed_at\":0,\"sealed_at_nanos\":0,"
            + "\"blobs\":[],\"meta\":{}}",
        "{\"format\":1,\"id\":\"x\",\"version\":1,\"sealed_at\":\"yesterday\","
            + "\"blobs\":[],\"meta\":{}}",
        "{\"format\":1,\"id\":\"x\",\"version\":1}", "null")) {
      assertThatThrownBy(() -> Manifest.parse(checked(inner))).as(inner).isInstanceOf(DamagedException.class)
          .hasMessageContaining("cannot be read");
    }
  }
}
