package io.packice.transport.uds;

import io.packice.core.StorageException;
import io.packice.internal.os.PosixFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.newsclub.net.unix.AFUNIXSocket;

/**
 * The native library of junixsocket, which it unpacks to the folder for temporary files when it is first used. Where it cannot, it prints pages of stack
 * traces and then fails in another way each time; so whoever is about to use it asks here first. Safe from any thread.
 */
public final class UdsLibrary {
  private static final String FOLDER = "org.newsclub.net.unix.library.tmpdir";
  private static final String UNPACKED = "org.newsclub.net.unix.library.override";

  private static volatile boolean isLoaded;

  private UdsLibrary() {
  }

  /**
   * Loads it, once.
   *
   * @throws StorageException if it cannot be unpacked or loaded; the message says where, and what to do
   */
  public static void require() {
    if (isLoaded) {
      return;
    }
    Path folder = Path.of(System.getProperty(FOLDER, System.getProperty("java.io.tmpdir")));
    if (System.getProperty(UNPACKED) == null) {
      requireWritable(folder);
    }
    if (!AFUNIXSocket.isSupported()) {
      throw new StorageException("Cannot use Unix sockets: the native library that they need was unpacked to " + folder
          + ", and cannot be loaded from there; " + advice());
    }
    isLoaded = true;
  }

  private static void requireWritable(Path folder) {
    try {
      Files.delete(Files.createTempFile(folder, "packice", null));
    } catch (IOException | SecurityException e) {
      String reason = e instanceof IOException io ? PosixFiles.reason(io) : String.valueOf(e.getMessage());
      throw new StorageException("Cannot use Unix sockets: the native library that they need cannot be unpacked to "
          + folder + ", the folder for temporary files (" + reason + "); " + advice(), e);
    }
  }

  private static String advice() {
    return "let this user write there (PrivateTmp=yes in a systemd unit, a tmpfs for a container), or name another folder "
        + "with -Djava.io.tmpdir=FOLDER (PACKICE_JAVA_OPTS)";
  }
}
