package io.packice.storage.opendal;

import io.packice.storage.ExistsException;
import io.packice.storage.NodeInfo;
import io.packice.storage.NodeWriter;
import io.packice.storage.OpenContext;
import io.packice.storage.UnavailableException;
import io.packice.storage.WriteOptions;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.UUID;
import org.apache.opendal.OpenDALException;
import org.apache.opendal.Operator;

/**
 * One file. OpenDAL's streams make visible what they have when they are closed, for whatever reason; so all bytes are kept in a temporary file of this host until
 * the commit, and go to a file system under another name first.
 */
final class OpendalWriter implements NodeWriter {
  private static final String PREFIX = ".packice-";
  private static final String SUFFIX = ".part";
  private static final int CHUNK = 8 << 20;
  private static final int MOST_AT_ONCE = 1 << 30;

  private final OpendalBackend backend;
  private final Operator operator;
  private final boolean renames;
  private final WriteOptions options;
  private final String path;
  private final OpenContext context;
  private final FileChannel spool;

  OpendalWriter(OpendalBackend backend, Operator operator, boolean renames, WriteOptions options, String path,
      OpenContext context) {
    this.backend = backend;
    this.operator = operator;
    this.renames = renames;
    this.options = options;
    this.path = path;
    this.context = context;
    try {
      Path file = Files.createTempFile("packice-", SUFFIX);
      spool =
          FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.DELETE_ON_CLOSE);
    } catch (IOException e) {
      throw local(e);
    }
  }

  static boolean isUnfinished(String path) {
    String name = path.substring(path.lastIndexOf('/') + 1);
    return name.startsWith(PREFIX) && name.endsWith(SUFFIX);
  }

  private UnavailableException local(IOException e) {
    return new UnavailableException(
        "Cannot write " + context.name(path) + ": the temporary folder of this host fails; make room there", false, e);
  }

  @Override
  public void write(MemorySegment bytes) {
    try {
      for (long done = 0; done < bytes.byteSize();) {
        ByteBuffer some = bytes.asSlice(done, Math.min(MOST_AT_ONCE, bytes.byteSize() - done)).asByteBuffer();
        done += spool.write(some);
      }
    } catch (IOException e) {
      throw local(e);
    }
  }

  @Override
  public NodeInfo commit() {
    if (!options.replace() && backend.stat(path).isPresent()) {
      throw new ExistsException(
          "Cannot write " + context.name(path) + ": somebody else was first; choose another name");
    }
    String folder = path.substring(0, path.lastIndexOf('/') + 1);
    String to = renames ? folder + PREFIX + UUID.randomUUID() + SUFFIX : path;
    try {
      send(to);
      if (renames) {
        operator.rename(to, path);
      }
    } catch (OpenDALException e) {
      removeDraft(to, e);
      throw OpendalFailures.of("write", context.name(path), e);
    } catch (IOException e) {
      removeDraft(to, e);
      throw new UnavailableException("Cannot write " + context.name(path) + ": the service broke off; try again later",
          true, e);
    }
    return backend.written(path);
  }

  private void removeDraft(String to, Exception why) {
    if (renames) {
      try {
        operator.delete(to);
      } catch (OpenDALException e) {
        why.addSuppressed(e);
      }
    }
  }

  private void send(String to) throws IOException {
    long size = spool.size();
    spool.position(0);
    InputStream in = Channels.newInputStream(spool);
    if (size <= CHUNK || !operator.info.fullCapability.writeCanMulti) {
      if (size > MOST_AT_ONCE) {
        throw new UnavailableException(
            "Cannot write " + context.name(path) + ": the service takes a file in one piece only, and " + size
                + " bytes are more than " + MOST_AT_ONCE + "; write it by another mount",
            false, null);
      }
      operator.write(to, in.readNBytes((int) size), how());
      return;
    }
    try (OutputStream out = operator.createOutputStream(to, CHUNK)) {
      in.transferTo(out);
    }
  }

  /** Nothing that the service would ignore. */
  private org.apache.opendal.WriteOptions how() {
    org.apache.opendal.WriteOptions.WriteOptionsBuilder how = org.apache.opendal.WriteOptions.builder();
    if (options.mediaType() != null && operator.info.fullCapability.writeWithContentType) {
      how.contentType(options.mediaType());
    }
    return how.build();
  }

  @Override
  public void close() {
    try {
      spool.close();
    } catch (IOException e) {
      throw local(e);
    }
  }
}
