package io.packice.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A disk of a few megabytes that a test may fill or break: a file system in memory, which takes root to mount. */
public final class SmallDisk implements AutoCloseable {
  private static final int PAGE = 4096;

  /** Where it is. */
  public final Path root;
  /** What its blocks are in, in a file system below it; null if it is one by itself. */
  private final @Nullable Path image;

  private SmallDisk(Path root, @Nullable Path image) {
    this.root = root;
    this.image = image;
  }

  /** Mounts one in a folder of the test's; the test is skipped if it may not. */
  public static SmallDisk mount(Path folder, long byteSize) throws IOException {
    Path root = Files.createDirectory(folder.resolve("packice:disk")); // LeakCheck's mark
    assumeThat(run("mount", "-t", "tmpfs", "-o", "size=" + byteSize, "packice-test", root.toString()))
        .as("only root may mount a file system that can be filled").isTrue();
    return new SmallDisk(root, null);
  }

  /**
   * Mounts one that looks larger than it is: behind so many bytes, whatever is written is an I/O error, when the kernel gets round to it. The test is
   * skipped if the host has no loop devices.
   */
  public static SmallDisk mountBreakable(Path folder, long byteSize, long failsBehind) throws IOException {
    SmallDisk below = mount(folder, failsBehind);
    Path image = Files.createFile(below.root.resolve("image"));
    Path root = Files.createDirectory(folder.resolve("packice:breakable"));
    boolean isMounted = run("truncate", "--size", String.valueOf(byteSize), image.toString())
        && run("mkfs.ext4", "-q", "-F", "-O", "^has_journal", image.toString())
        && run("mount", "-o", "loop,errors=continue", image.toString(), root.toString());
    if (!isMounted) {
      below.close();
    }
    assumeThat(isMounted).as("needs mkfs.ext4 and loop devices").isTrue();
    return new SmallDisk(root, image);
  }

  private Path filler() {
    return (image == null ? root : image.getParent()).resolve("filler");
  }

  /** Takes every byte that is left; of what is below it if it is breakable, so that from then on what is written there is an I/O error. */
  public void fill() throws IOException {
    byte[] page = new byte[PAGE];
    try (OutputStream out = Files.newOutputStream(filler())) {
      while (true) {
        out.write(page);
      }
    } catch (IOException full) {
      assertThat(full).hasMessageContaining("No space left");
    }
    while (image != null && takes(Files.createTempFile(root, "taken", null))) {
      // Linux 6.18 says of the first write that fails in the middle that it is on the disk
    }
  }

  private static boolean takes(Path file) {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.write(ByteBuffer.allocate(64 * PAGE));
      channel.force(true);
      return true;
    } catch (IOException failed) {
      return false;
    }
  }

  /** Gives back what {@link #fill} took. */
  public void empty() throws IOException {
    Files.delete(filler());
  }

  /** Lets nobody write, whoever has files open, as the kernel does with a disk that it does not trust any more. Of a breakable one. */
  public void makeReadOnly() {
    assertThat(run("mount", "-o", "remount,abort,errors=remount-ro", root.toString())).as("remount").isTrue();
  }

  /** Unmounts a breakable one, and mounts it again after a check of the file system, as an operator would. */
  public void repair() {
    assertThat(run("umount", root.toString())).as("umount").isTrue();
    boolean _ = run("e2fsck", "-f", "-y", String.valueOf(image)); // its exit code says that there was something to do
    assertThat(run("mount", "-o", "loop", String.valueOf(image), root.toString())).as("mount").isTrue();
  }

  /** Unmounts it; that something still uses it is an error, and a leak. */
  @Override
  public void close() {
    unmount(root);
    if (image != null) {
      unmount(image.getParent());
    }
  }

  private static void unmount(Path folder) {
    boolean isUnused = run("umount", folder.toString());
    assertThat(isUnused || run("umount", "--lazy", folder.toString())).as("umount").isTrue();
    assertThat(isUnused).as("nobody uses " + folder).isTrue();
  }

  private static boolean run(String... command) {
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      process.getOutputStream().close();
      process.getInputStream().readAllBytes();
      return process.waitFor(2, TimeUnit.MINUTES) && process.exitValue() == 0;
    } catch (IOException | InterruptedException e) {
      return false;
    }
  }
}
