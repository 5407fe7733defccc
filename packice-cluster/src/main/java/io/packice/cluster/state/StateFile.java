package io.packice.cluster.state;

import io.packice.core.JsonTrouble;
import io.packice.core.StorageException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** A file of JSON that is changed as a whole or not at all: whoever reads it, or looks after a crash, sees the old one or the new one. */
final class StateFile {
  private static final JsonMapper MAPPER = JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT)
      .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
      .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
      .disable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES).build();

  private StateFile() {
  }

  /** What a file says; empty if there is none. */
  static <T> Optional<T> read(Path file, Class<T> type) {
    byte[] bytes;
    try {
      bytes = Files.readAllBytes(file);
    } catch (NoSuchFileException none) {
      return Optional.empty();
    } catch (IOException e) {
      throw new StorageException("Cannot read " + file + ": " + e + "; look at its permissions", e);
    }
    try {
      T value = MAPPER.readValue(bytes, type);
      if (value == null) {
        throw damaged(file, "it says null", null);
      }
      return Optional.of(value);
    } catch (JacksonException e) {
      throw damaged(file, JsonTrouble.of(e), e);
    }
  }

  private static StorageException damaged(Path file, String why, @Nullable Throwable cause) {
    return new StorageException("Cannot use " + file + ": it is damaged (" + why
        + "); mend it by hand, or delete it and create anew what it describes", cause);
  }

  static void write(Path file, Object value) {
    Path next = file.resolveSibling(file.getFileName() + "." + ProcessHandle.current().pid() + ".tmp");
    try {
      byte[] bytes = MAPPER.writeValueAsBytes(value);
      try (FileChannel channel = FileChannel.open(next, StandardOpenOption.CREATE, StandardOpenOption.WRITE,
          StandardOpenOption.TRUNCATE_EXISTING)) {
        for (ByteBuffer rest = ByteBuffer.wrap(bytes); rest.hasRemaining();) {
          channel.write(rest);
        }
        channel.force(true);
      }
      Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new StorageException("Cannot write " + file + ": " + e + "; look at its folder's permissions and space", e);
    }
  }

  static boolean delete(Path file) {
    try {
      return Files.deleteIfExists(file);
    } catch (IOException e) {
      throw new StorageException("Cannot delete " + file + ": " + e + "; look at its folder's permissions", e);
    }
  }
}
