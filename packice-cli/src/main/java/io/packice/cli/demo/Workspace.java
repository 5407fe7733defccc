package io.packice.cli.demo;

import io.packice.cli.command.CliException;
import io.packice.cli.command.Failures;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/** A temporary folder and the processes that work in it. Nothing is left of either after {@link #close}, nor after Ctrl-C. */
public final class Workspace implements AutoCloseable {
  private static final int DELETE_ATTEMPTS = 20;

  private final Path folder;
  private final Thread atExit = new Thread(this::clear, "packice-clear-workspace");
  private final Deque<ChildJvm> children = new ArrayDeque<>(); // guarded by this
  private boolean cleared; // guarded by this
  private volatile boolean stopping;

  private Workspace(Path folder) {
    this.folder = folder;
  }

  /**
   * A new folder below the temporary one.
   *
   * @param prefix how the name of the folder begins
   * @return to be closed by the caller
   * @throws IOException if that cannot be read or written
   */
  public static Workspace create(String prefix) throws IOException {
    Workspace workspace = new Workspace(Files.createTempDirectory(prefix));
    Runtime.getRuntime().addShutdownHook(new Thread(() -> workspace.stopping = true));
    Runtime.getRuntime().addShutdownHook(workspace.atExit);
    return workspace;
  }

  /**
   * Where files may be put.
   *
   * @return the folder, while this is open
   */
  public Path folder() {
    return folder;
  }

  /** Starts a process whose log is in the folder. */
  synchronized ChildJvm start(String name, JavaCommand command) throws IOException {
    if (cleared) {
      throw new CliException("Cannot start the " + name + ": this process is being stopped", null);
    }
    ChildJvm child = ChildJvm.start(name, command, folder.resolve(name + ".log"));
    children.push(child);
    return child;
  }

  /** Whether this process has been told to stop; a Ctrl-C reaches the children at the same moment, so their end comes as a surprise. */
  boolean stopping() throws InterruptedException {
    for (int i = 0; i < 10 && !stopping; i++) {
      Thread.sleep(20);
    }
    return stopping;
  }

  private synchronized void clear() {
    if (cleared) {
      return;
    }
    cleared = true;
    while (!children.isEmpty()) {
      children.pop().close();
    }
    deleteFolder();
  }

  /** More than once, should another thread of this process still be writing there. */
  private void deleteFolder() {
    IOException failure = null;
    for (int attempt = 0; attempt < DELETE_ATTEMPTS && Files.exists(folder); attempt++) {
      try {
        Files.walkFileTree(folder, new Deletion());
        return;
      } catch (IOException e) {
        failure = e;
      }
    }
    if (failure != null) {
      throw new UncheckedIOException("Cannot delete " + folder + ": " + Failures.reasonOf(failure), failure);
    }
  }

  private static final class Deletion extends SimpleFileVisitor<Path> {
    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
      Files.deleteIfExists(file);
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFileFailed(Path file, IOException failure) throws IOException {
      if (failure instanceof NoSuchFileException) {
        return FileVisitResult.CONTINUE;
      }
      throw failure;
    }

    @Override
    public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException failure) throws IOException {
      if (failure != null) {
        throw failure;
      }
      Files.deleteIfExists(directory);
      return FileVisitResult.CONTINUE;
    }
  }

  @Override
  public void close() {
    clear();
    try {
      Runtime.getRuntime().removeShutdownHook(atExit);
    } catch (IllegalStateException shuttingDown) {
      return; // it finds nothing to do
    }
  }
}
