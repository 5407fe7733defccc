package io.packice.backends.file;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.packice.core.Blob;
import io.packice.core.Metadata;
import io.packice.core.ObjectId;
import io.packice.core.StorageException;
import io.packice.core.StoredObject;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.json.JsonMapper;

/**
 * What a sealed object is, as it stands beside its bytes. A manifest is one line of JSON without other white space, and the checksum is that
 * of exactly the bytes of the inner object:
 *
 * <pre>
 *   {"manifest":{"format":1,"id":"mnist/train","version":42,"sealed_at":"2026-01-31T12:00:00.123456789Z","ttl":"PT1H",
 *    "group":"mnist","blobs":[{"offset":0,"size":188160000,"crc32c":"9a71bb4c"}],"meta":{…}},"crc32c":"0d5f1e22"}
 * </pre>
 *
 * <p>{@code ttl} and {@code group} are absent where there is none.
 *
 * @param object what the object is
 * @param version which seal of its store made it
 * @param sealedAt when, by the clock on the wall
 * @param checksums of its blobs, in order
 */
record Manifest(StoredObject object, long version, Instant sealedAt, List<String> checksums) {
  static final int FORMAT = 1;

  private static final byte[] HEAD = "{\"manifest\":".getBytes(StandardCharsets.US_ASCII);
  private static final String TAIL_START = ",\"crc32c\":\"";
  private static final String TAIL_END = "\"}\n";
  private static final int TAIL_BYTES = TAIL_START.length() + Checksum.DIGITS + TAIL_END.length();

  private static final JsonMapper JSON =
      JsonMapper.builder().propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES).build();

  Manifest {
    checksums = List.copyOf(checksums);
  }

  private record WireBlob(long offset, long size, String crc32c) {
  }

  @JsonInclude(JsonInclude.Include.NON_NULL)
  private record WireManifest(int format, @Nullable String id, long version, @Nullable String sealedAt,
      @Nullable String ttl, @Nullable String group, @Nullable List<WireBlob> blobs, @Nullable JsonNode meta) {
    Manifest toManifest() {
      if (format > FORMAT) {
        throw new StorageException("Cannot read the manifest of " + id + ": it has format " + format
            + ", this version of Packice reads up to " + FORMAT + "; use a newer one");
      }
      if (id == null || sealedAt == null || blobs == null || meta == null) {
        throw new IllegalArgumentException("it lacks a field");
      }
      List<Blob> places = blobs.stream().map(blob -> new Blob(blob.offset, blob.size)).toList();
      StoredObject object = new StoredObject(new ObjectId(id), places, Metadata.parse(meta.toString()), group,
          ttl == null ? null : Duration.parse(ttl));
      return new Manifest(object, version, Instant.parse(sealedAt), blobs.stream().map(WireBlob::crc32c).toList());
    }
  }

  byte[] toBytes() {
    List<WireBlob> blobs = new ArrayList<>();
    for (int i = 0; i < checksums.size(); i++) {
      Blob blob = object.blobs().get(i);
      blobs.add(new WireBlob(blob.offset(), blob.byteSize(), checksums.get(i)));
    }
    Duration ttl = object.ttl();
    byte[] inner = JSON.writeValueAsBytes(new WireManifest(FORMAT, object.id().value(), version, sealedAt.toString(),
        ttl == null ? null : ttl.toString(), object.group(), blobs, JSON.readTree(object.meta().toJson())));
    byte[] tail = (TAIL_START + Checksum.of(inner, 0, inner.length) + TAIL_END).getBytes(StandardCharsets.US_ASCII);
    byte[] all = Arrays.copyOf(HEAD, HEAD.length + inner.length + tail.length);
    System.arraycopy(inner, 0, all, HEAD.length, inner.length);
    System.arraycopy(tail, 0, all, HEAD.length + inner.length, tail.length);
    return all;
  }

  /**
   * Reads it back.
   *
   * @throws DamagedException if it is not what {@link #toBytes} wrote
   * @throws StorageException if it is whole, but of a format that came after this one
   */
  static Manifest parse(byte[] bytes) throws DamagedException {
    int innerBytes = bytes.length - HEAD.length - TAIL_BYTES;
    if (innerBytes <= 0 || !Arrays.equals(bytes, 0, HEAD.length, HEAD, 0, HEAD.length)) {
      throw new DamagedException("its manifest of " + bytes.length + " bytes is cut short or no manifest");
    }
    String tail = new String(bytes, HEAD.length + innerBytes, TAIL_BYTES, StandardCharsets.ISO_8859_1);
    String actual = Checksum.of(bytes, HEAD.length, innerBytes);
    if (!tail.equals(TAIL_START + actual + TAIL_END)) {
      throw new DamagedException("its manifest has the checksum " + actual + " and ends with " + tail.strip());
    }
    try {
      WireManifest manifest = JSON.readValue(bytes, HEAD.length, innerBytes, WireManifest.class);
      if (manifest == null) { // the JSON null
        throw new IllegalArgumentException("it is empty");
      }
      return manifest.toManifest();
    } catch (JacksonException | IllegalArgumentException | DateTimeException e) {
      throw new DamagedException("its manifest cannot be read: " + e.getMessage());
    }
  }
}
