package io.packice.backends.file;

import io.packice.core.Blob;
import io.packice.core.JsonTrouble;
import io.packice.core.Metadata;
import io.packice.core.ObjectId;
import io.packice.core.OwnJson;
import io.packice.core.StorageException;
import io.packice.core.StoredObject;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/**
 * What a sealed object is, as it stands beside its bytes in a folder that peers share, and in quarantine. A manifest is one line of JSON without other white space, and the checksum is that
 * of exactly the bytes of the inner object:
 *
 * <pre>
 *   {"manifest":{"format":1,"id":"mnist/train","version":42,"sealed_at":1769860800,"sealed_at_nanos":123456789,
 *    "ttl":"PT1H","group":"mnist","owner":1000,"blobs":[{"offset":0,"size":188160000,"crc32c":"9a71bb4c"}],"meta":{…}},"crc32c":"0d5f1e22"}
 * </pre>
 *
 * <p>{@code sealed_at} is in whole seconds since 1970 and {@code sealed_at_nanos} is the rest; {@code ttl}, {@code group} and {@code owner} are absent
 * where there is none. It is read field by field, without binding.
 *
 * @param object what the object is
 * @param version which seal of its store made it
 * @param sealedAt when, by the clock on the wall
 * @param checksums the CRC-32C of each of its blobs, in order
 */
public record Manifest(StoredObject object, long version, Instant sealedAt, List<Integer> checksums) {
  static final int FORMAT = 1;

  private static final byte[] HEAD = "{\"manifest\":".getBytes(StandardCharsets.US_ASCII);
  private static final String TAIL_START = ",\"crc32c\":\"";
  private static final String TAIL_END = "\"}\n";
  private static final int TAIL_BYTES = TAIL_START.length() + Checksum.DIGITS + TAIL_END.length();

  /** What stands under a checksum is as it was sealed: no limit of a parser makes damage of it. */
  private static final JsonFactory JSON = OwnJson.CHECKSUMMED;

  /** Copies the list. */
  public Manifest {
    checksums = List.copyOf(checksums);
  }

  /**
   * The manifest as it stands on disk.
   *
   * @return one line
   */
  public byte[] toBytes() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), out)) {
      write(json);
    }
    return checked(out.toByteArray());
  }

  /** A manifest of whatever. */
  static byte[] checked(byte[] inner) {
    byte[] tail = (TAIL_START + Checksum.text(Checksum.of(inner, 0, inner.length)) + TAIL_END)
        .getBytes(StandardCharsets.US_ASCII);
    byte[] all = Arrays.copyOf(HEAD, HEAD.length + inner.length + tail.length);
    System.arraycopy(inner, 0, all, HEAD.length, inner.length);
    System.arraycopy(tail, 0, all, HEAD.length + inner.length, tail.length);
    return all;
  }

  private void write(JsonGenerator json) {
    json.writeStartObject();
    json.writeNumberProperty("format", FORMAT);
    json.writeStringProperty("id", object.id().value());
    json.writeNumberProperty("version", version);
    json.writeNumberProperty("sealed_at", sealedAt.getEpochSecond());
    json.writeNumberProperty("sealed_at_nanos", sealedAt.getNano());
    if (object.ttl() != null) {
      json.writeStringProperty("ttl", object.ttl().toString());
    }
    if (object.group() != null) {
      json.writeStringProperty("group", object.group());
    }
    if (object.owner().isPresent()) {
      json.writeNumberProperty("owner", object.owner().getAsLong());
    }
    json.writeArrayPropertyStart("blobs");
    for (int i = 0; i < checksums.size(); i++) {
      json.writeStartObject();
      json.writeNumberProperty("offset", object.blobs().get(i).offset());
      json.writeNumberProperty("size", object.blobs().get(i).byteSize());
      json.writeStringProperty("crc32c", Checksum.text(checksums.get(i)));
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeName("meta");
    json.writeRawValue(object.meta().toJson());
    json.writeEndObject();
  }

  /**
   * Reads it back.
   *
   * @param bytes what stands on disk
   * @return the manifest
   * @throws DamagedException if it is not what {@link #toBytes} wrote
   * @throws StorageException if it is whole, but of a format that came after this one
   */
  public static Manifest parse(byte[] bytes) throws DamagedException {
    int innerBytes = bytes.length - HEAD.length - TAIL_BYTES;
    int inner = HEAD.length;
    if (innerBytes <= 0 || !Arrays.equals(bytes, 0, inner, HEAD, 0, HEAD.length)) {
      throw new DamagedException("its manifest of " + bytes.length + " bytes is cut short or no manifest");
    }
    String tail = new String(bytes, inner + innerBytes, TAIL_BYTES, StandardCharsets.ISO_8859_1);
    String actual = Checksum.text(Checksum.of(bytes, inner, innerBytes));
    if (!tail.equals(TAIL_START + actual + TAIL_END)) {
      throw new DamagedException("its manifest has the checksum " + actual + " and ends with " + tail.strip());
    }
    try (JsonParser json = JSON.createParser(ObjectReadContext.empty(), bytes, inner, innerBytes)) {
      return new Fields(bytes, inner).read(json).toManifest();
    } catch (JacksonException | IllegalArgumentException | DateTimeException | ArithmeticException e) {
      throw new DamagedException("its manifest cannot be read: " + JsonTrouble.of(e));
    }
  }

  /** A manifest while it is being read; what comes from a later version may lack anything but its format. */
  private static final class Fields {
    private final byte[] bytes;
    private final int start; // of the JSON in them
    private int format;
    private @Nullable String id;
    private long version;
    private long sealedAt;
    private long sealedAtNanos;
    private @Nullable String ttl;
    private @Nullable String group;
    private @Nullable String meta;
    private OptionalLong owner = OptionalLong.empty();
    private final List<Blob> blobs = new ArrayList<>();
    private final List<Integer> checksums = new ArrayList<>();

    Fields(byte[] bytes, int start) {
      this.bytes = bytes;
      this.start = start;
    }

    Fields read(JsonParser json) {
      if (json.nextToken() != JsonToken.START_OBJECT) {
        throw new IllegalArgumentException("it is no JSON object");
      }
      for (String field = json.nextName(); field != null; field = json.nextName()) {
        JsonToken token = json.nextToken();
        switch (field) {
          case "format" -> format = json.getIntValue();
          case "id" -> id = json.getString();
          case "version" -> version = json.getLongValue();
          case "sealed_at" -> sealedAt = json.getLongValue();
          case "sealed_at_nanos" -> sealedAtNanos = json.getLongValue();
          case "ttl" -> ttl = json.getString();
          case "group" -> group = json.getString();
          case "owner" -> owner = OptionalLong.of(json.getLongValue());
          case "blobs" -> readBlobs(json, token);
          case "meta" -> meta = rawValue(json);
          default -> json.skipChildren();
        }
      }
      return this;
    }

    private void readBlobs(JsonParser json, JsonToken token) {
      if (token != JsonToken.START_ARRAY) {
        throw new IllegalArgumentException("its blobs are no list");
      }
      while (json.nextToken() == JsonToken.START_OBJECT) {
        long offset = -1;
        long byteSize = -1;
        @Nullable String checksum = null;
        for (String field = json.nextName(); field != null; field = json.nextName()) {
          json.nextToken();
          switch (field) {
            case "offset" -> offset = json.getLongValue();
            case "size" -> byteSize = json.getLongValue();
            case "crc32c" -> checksum = json.getString();
            default -> json.skipChildren();
          }
        }
        blobs.add(new Blob(offset, byteSize));
        checksums.add(Checksum.parse(checksum));
      }
    }

    /** The text of the value that begins at the current token, without making anything of it. */
    private String rawValue(JsonParser json) {
      long first = json.currentTokenLocation().getByteOffset();
      json.skipChildren();
      long end = json.currentLocation().getByteOffset();
      return new String(bytes, start + (int) first, (int) (end - first), StandardCharsets.UTF_8);
    }

    Manifest toManifest() {
      if (format > FORMAT) {
        throw new StorageException("Cannot read the manifest of " + id + ": it has format " + format
            + ", this version of Packice reads up to " + FORMAT + "; use a newer one");
      }
      if (id == null || meta == null) {
        throw new IllegalArgumentException("it lacks a field");
      }
      StoredObject object = new StoredObject(new ObjectId(id), blobs, Metadata.ofOwnJson(meta), group,
          ttl == null ? null : Duration.parse(ttl), owner);
      return new Manifest(object, version, Instant.ofEpochSecond(sealedAt, sealedAtNanos), checksums);
    }
  }
}
