package io.packice.cli.command;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A file that appears complete or not at all: it is written under another name beside its own and renamed at the end. Closed without
 * {@link #publish}, and when the process is stopped by a signal, nothing is left of it. It keeps the owner, the group and the mode of what it replaces. What is not a regular file, such as a pipe or
 * /dev/null, is written directly. For one thread.
 */
public final class OutputFile implements AutoCloseable {
  private final Path target;
  private final @Nullable Path draft;
  private final FileChannel channel;
  private final Thread atExit = new Thread(this::deleteDraft, "packice-delete-draft");

  private OutputFile(Path target, @Nullable Path draft) throws IOException {
    this.target = target;
    this.draft = draft;
    this.channel = draft == null ? FileChannel.open(target, StandardOpenOption.WRITE) : openDraft(draft, target);
  }

  /** For its owner alone until it is that of what it replaces; a new file is for whom the umask says. */
  private static FileChannel openDraft(Path draft, Path target) throws IOException {
    Set<StandardOpenOption> options = Set.of(StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW);
    if (!Files.exists(target)) {
      return FileChannel.open(draft, options);
    }
    FileChannel channel = FileChannel.open(draft, options,
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    try {
      keepRights(target, draft);
      return channel;
    } catch (IOException failure) {
      channel.close();
      Files.deleteIfExists(draft);
      throw failure;
    }
  }

  private static void keepRights(Path from, Path to) throws IOException {
    PosixFileAttributes wanted = Files.readAttributes(from, PosixFileAttributes.class);
    PosixFileAttributes made = Files.readAttributes(to, PosixFileAttributes.class);
    PosixFileAttributeView view = Files.getFileAttributeView(to, PosixFileAttributeView.class);
    try {
      if (!made.group().equals(wanted.group())) {
        view.setGroup(wanted.group());
      }
      if (!made.owner().equals(wanted.owner())) {
        view.setOwner(wanted.owner());
      }
    } catch (FileSystemException refused) {
      throw new FileSystemException(from.toString(), null, "it is of " + wanted.owner().getName() + ":"
          + wanted.group().getName() + ", and this user may give no file to them");
    }
    view.setPermissions(wanted.permissions());
  }

  /**
   * Begins the file. A symbolic link stays: the file that it leads to is replaced.
   *
   * @param wanted where it will appear
   * @return to be closed by the caller
   */
  public static OutputFile create(Path wanted) {
    try {
      Path target = Files.exists(wanted) ? wanted.toRealPath() : wanted.toAbsolutePath();
      if (Files.isDirectory(target)) {
        throw new CliException("Cannot write " + wanted + ": it is a folder; name a file", null);
      }
      boolean special = Files.exists(target) && !Files.isRegularFile(target);
      Path draft =
          target.resolveSibling("." + target.getFileName() + "." + ProcessHandle.current().pid() + ".packice-draft");
      OutputFile file = new OutputFile(target, special ? null : draft);
      Runtime.getRuntime().addShutdownHook(file.atExit);
      return file;
    } catch (IOException e) {
      throw new CliException("Cannot write " + wanted + ": " + Failures.reasonAndAdvice(e), e);
    }
  }

  /**
   * Where to write it.
   *
   * @return the channel, which the file owns
   */
  public FileChannel channel() {
    return channel;
  }

  /**
   * Gives the file its name, in place of what had it before.
   *
   * @throws IOException if that cannot be read or written
   */
  public void publish() throws IOException {
    channel.close();
    if (draft != null) {
      Files.move(draft, target, StandardCopyOption.ATOMIC_MOVE);
    }
  }

  private void deleteDraft() {
    try {
      if (draft != null) {
        Files.deleteIfExists(draft);
      }
    } catch (IOException e) {
      throw new CliException("Cannot delete " + draft + ": " + Failures.reasonAndAdvice(e), e);
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
    deleteDraft();
    try {
      Runtime.getRuntime().removeShutdownHook(atExit);
    } catch (IllegalStateException shuttingDown) {
      return; // it runs already, and finds nothing
    }
  }
}
