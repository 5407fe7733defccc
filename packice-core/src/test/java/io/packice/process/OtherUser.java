package io.packice.process;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.StringJoiner;
import java.util.stream.Stream;

/** Starts JVMs as other users, who cannot read what a build has made: they get a copy of the classes. Only root can. */
public final class OtherUser {
  private static final Path SETPRIV = Path.of("/usr/bin/setpriv");
  private static final Set<PosixFilePermission> FOR_ALL = PosixFilePermissions.fromString("rwxr-xr-x");

  private final Path folder;
  private final String classPath;

  private OtherUser(Path folder, String classPath) {
    this.folder = folder;
    this.classPath = classPath;
  }

  /** Copies what a client needs to a folder, which all may read afterwards; skips the test where this is not possible. */
  public static OtherUser in(Path folder) throws IOException {
    assumeTrue(((Number) Files.getAttribute(Path.of("/proc/self"), "unix:uid")).longValue() == 0,
        "only root can become other users");
    assumeTrue(Files.isExecutable(SETPRIV), "there is no " + SETPRIV);
    Files.setPosixFilePermissions(folder, FOR_ALL);
    StringJoiner copies = new StringJoiner(File.pathSeparator);
    int number = 0;
    for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
      Path source = Path.of(entry);
      if (Files.isDirectory(source) || source.getFileName().toString().matches("(junixsocket|jackson).*")) {
        Path copy = folder.resolve("classes" + number++);
        copy(source, copy);
        copies.add(copy.toString());
      }
    }
    return new OtherUser(folder, copies.toString());
  }

  private static void copy(Path source, Path target) throws IOException {
    try (Stream<Path> all = Files.walk(source)) {
      all.forEach(each -> {
        Path copy = each.equals(source) ? target : target.resolve(source.relativize(each).toString());
        try {
          Files.copy(each, copy);
          Files.setPosixFilePermissions(copy, FOR_ALL);
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      });
    }
  }

  /** A folder that all may read. */
  public Path folder() {
    return folder;
  }

  /** Starts a main class of the test class path as the user and the group of one number, who is in no other group. */
  public Child start(long id, Class<?> main, Object... arguments) throws IOException {
    return new Child(becoming(id), List.of(), classPath, main, arguments);
  }

  /** The same, with a limit of the threads that all processes of the user may have together. */
  public Child startWithFewThreads(long id, int threads, Class<?> main, Object... arguments) throws IOException {
    List<String> starter = new ArrayList<>(becoming(id));
    starter.addAll(List.of("prlimit", "--nproc=" + threads));
    return new Child(starter, List.of(), classPath, main, arguments);
  }

  private static List<String> becoming(long id) {
    return List.of(SETPRIV.toString(), "--reuid=" + id, "--regid=" + id, "--clear-groups");
  }
}
