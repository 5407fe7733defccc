package io.packice.storage.local;

import io.packice.storage.AbsentException;
import io.packice.storage.DeniedException;
import io.packice.storage.ExistsException;
import io.packice.storage.NodeException;
import io.packice.storage.UnavailableException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.util.Locale;
import java.util.Objects;

/** What the system says, as the family of storage. */
final class LocalFailures {
  private LocalFailures() {
  }

  static NodeException of(String verb, String node, IOException e) {
    String begin = "Cannot " + verb + " " + node + ": ";
    String lower = reason(e).toLowerCase(Locale.ROOT);
    if (e instanceof NoSuchFileException) {
      return new AbsentException(begin + "there is no such node; look at the listing", e);
    } else if (e instanceof NotDirectoryException || lower.contains("not a directory")) {
      return new ExistsException(begin + "a part of its path is a file; choose another name", e);
    } else if (e instanceof AccessDeniedException || lower.contains("not permitted")) {
      return new DeniedException(begin + "permission denied; give this user the right to it", e);
    } else if (e instanceof DirectoryNotEmptyException || lower.contains("not empty")) {
      return new ExistsException(begin + "a folder is there, and not empty; delete what is in it, or the tree", e);
    } else if (e instanceof FileAlreadyExistsException || lower.contains("is a directory")) {
      return new ExistsException(begin + "something is there already; choose another name", e);
    } else if (lower.contains("too many levels") || lower.contains("symbolic link")) {
      return new DeniedException(begin + "a symbolic link came into its path; look who changes the folder", e);
    } else if (lower.contains("name too long")) {
      return new DeniedException(begin + "this file system has no such long names; choose a shorter one", e);
    } else if (lower.contains("no space") || lower.contains("quota")) {
      return new UnavailableException(begin + "the disk is full; make room", false, e);
    } else if (lower.contains("read-only")) {
      return new DeniedException(begin + "the file system is read-only; mount another one", e);
    }
    return new UnavailableException(
        begin + "the system failed" + (lower.isEmpty() ? "" : " (" + lower + ")") + "; look at the disk", false, e);
  }

  /** The kernel's words alone; of a file system's failure, the message begins with the path. */
  private static String reason(IOException e) {
    return e instanceof FileSystemException failure ? Objects.requireNonNullElse(failure.getReason(), "")
        : Objects.requireNonNullElse(e.getMessage(), "");
  }
}
