package io.packice.transport.http;

import io.packice.core.StorageException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** Says of a file that a setting names why it cannot be read. */
final class Unreadable {
  private Unreadable() {
  }

  static StorageException file(String what, Path file, IOException failure) {
    String why = switch (failure) {
      case NoSuchFileException _ -> "there is no such file";
      case AccessDeniedException _ -> "this user may not";
      default -> String.valueOf(failure.getMessage());
    };
    return new StorageException("Cannot read " + what + " " + file + ": " + why + "; check its path and mode", failure);
  }
}
