package io.packice.backends.file;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.packice.core.Blob;
import io.packice.core.StoredObject;
import io.packice.internal.os.PosixFiles;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/** Writes a data folder as versions before the log of seals did: a manifest beside each object's bytes, and an index of them. */
final class OldFormat {
  private static final int INDEX_MAGIC = 0x504b4933;
  private static final int INDEX_HEAD_BYTES = 12;

  final Path root;
  private long version;

  /** An empty one, as such a version made it at its start. */
  OldFormat(Path root) throws IOException {
    this.root = root;
    for (String part : List.of("drafts", "objects", "quarantine")) {
      makeFolder(root.resolve(part));
    }
    for (int shard = 0; shard < 256; shard++) {
      makeFolder(root.resolve("objects").resolve(HexFormat.of().toHexDigits((byte) shard)));
    }
    Files.writeString(root.resolve("lock"), "process 4711\n");
    Files.createFile(root.resolve("index"));
    for (String file : List.of("lock", "index")) {
      Files.setPosixFilePermissions(root.resolve(file), PosixFilePermissions.fromString("rw-------"));
    }
  }

  private static void makeFolder(Path path) throws IOException {
    Files.createDirectories(path, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
  }

  /** The name of an object's files without their extension. */
  static FileName name(StoredObject object, long version) {
    return FileName.of(object.id(), version);
  }

  Path file(FileName name, String extension) {
    return file(root, name, extension);
  }

  /** Where such a version has a file of an object. */
  static Path file(Path root, FileName name, String extension) {
    return root.resolve("objects").resolve(name.hash().substring(0, 2)).resolve(name + extension);
  }

  /** Puts an object in its place, with the next version. */
  FileName put(StoredObject object, byte[] content, Instant sealedAt) throws IOException {
    FileName name = name(object, ++version);
    List<Integer> checksums = new ArrayList<>();
    for (Blob blob : object.blobs()) {
      CRC32C crc = new CRC32C();
      crc.update(content, (int) blob.offset(), (int) blob.byteSize());
      checksums.add((int) crc.getValue());
    }
    write(file(name, ".data"), content);
    byte[] manifest = manifest(object, version, sealedAt, checksums);
    write(file(name, ".json"), manifest);
    Files.write(root.resolve("index"), indexEntry(file(name, ".json"), name, object, sealedAt),
        StandardOpenOption.APPEND);
    return name;
  }

  private static void write(Path path, byte[] bytes) throws IOException {
    Files.write(path, bytes);
    Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("r--------"));
  }

  static byte[] manifest(StoredObject object, long version, Instant sealedAt, List<Integer> checksums) {
    StringBuilder inner =
        new StringBuilder("{\"format\":1,\"id\":\"" + escaped(object.id().value()) + "\",\"version\":" + version
            + ",\"sealed_at\":" + sealedAt.getEpochSecond() + ",\"sealed_at_nanos\":" + sealedAt.getNano());
    if (object.ttl() != null) {
      inner.append(",\"ttl\":\"").append(object.ttl()).append('"');
    }
    if (object.group() != null) {
      inner.append(",\"group\":\"").append(escaped(object.group())).append('"');
    }
    object.owner().ifPresent(owner -> inner.append(",\"owner\":").append(owner));
    List<String> blobs = new ArrayList<>();
    for (int i = 0; i < checksums.size(); i++) {
      Blob blob = object.blobs().get(i);
      blobs.add("{\"offset\":" + blob.offset() + ",\"size\":" + blob.byteSize() + ",\"crc32c\":\""
          + HexFormat.of().toHexDigits(checksums.get(i)) + "\"}");
    }
    inner.append(",\"blobs\":[").append(String.join(",", blobs)).append("],\"meta\":").append(object.meta().toJson())
        .append('}');
    return checked(inner.toString());
  }

  /** A manifest of whatever. */
  static byte[] checked(String inner) {
    CRC32C crc = new CRC32C();
    crc.update(inner.getBytes(UTF_8));
    return ("{\"manifest\":" + inner + ",\"crc32c\":\"" + HexFormat.of().toHexDigits((int) crc.getValue()) + "\"}\n")
        .getBytes(UTF_8);
  }

  private static String escaped(String text) {
    return text.replace("\\", "\\\\").replace("\"", "\\\"");
  }

  private static byte[] indexEntry(Path manifest, FileName name, StoredObject object, Instant sealedAt)
      throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.write(new byte[INDEX_HEAD_BYTES]);
      out.write(name.toString().getBytes(UTF_8));
      var stamp = PosixFiles.stamp(manifest.toString());
      out.writeLong(stamp.inode());
      out.writeLong(stamp.byteSize());
      out.writeLong(stamp.changedSeconds());
      out.writeInt(stamp.changedNanos());
      out.writeLong(sealedAt.getEpochSecond());
      out.writeInt(sealedAt.getNano());
      out.writeLong(object.owner().orElse(-1));
      out.writeInt(object.blobs().size());
      for (Blob blob : object.blobs()) {
        out.writeLong(blob.offset());
        out.writeLong(blob.byteSize());
      }
      write(out, object.id().value());
      write(out, object.meta().toJson());
      write(out, object.group());
      write(out, object.ttl() == null ? null : object.ttl().toString());
    }
    byte[] all = bytes.toByteArray();
    CRC32C crc = new CRC32C();
    crc.update(all, INDEX_HEAD_BYTES, all.length - INDEX_HEAD_BYTES);
    ByteBuffer.wrap(all).putInt(INDEX_MAGIC).putInt(all.length - INDEX_HEAD_BYTES).putInt((int) crc.getValue());
    return all;
  }

  private static void write(DataOutputStream out, @Nullable String text) throws IOException {
    if (text == null) {
      out.writeInt(-1);
    } else {
      byte[] bytes = text.getBytes(UTF_8);
      out.writeInt(bytes.length);
      out.write(bytes);
    }
  }
}
