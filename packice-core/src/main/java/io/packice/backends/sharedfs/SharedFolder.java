package io.packice.backends.sharedfs;

import io.packice.backends.file.DraftFile;
import io.packice.backends.file.FileBlobStore;
import io.packice.backends.file.FileName;
import io.packice.core.ObjectId;
import io.packice.core.StorageException;
import io.packice.internal.os.PosixFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where everything is; {@link SharedFileBlobStore} draws it.
 *
 * @param root the folder that all peers share
 */
record SharedFolder(Path root) {
  private static final FileAttribute<Set<PosixFilePermission>> OURS_ALONE =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
  private static final Pattern SETTINGS = Pattern.compile("\\{\"format\":(\\d+),\"capacity_bytes\":(\\d+)}\\s*");
  private static final long FORMAT = 1;

  /** Makes the folders that are not there yet. */
  static SharedFolder open(Path root) {
    SharedFolder folder = new SharedFolder(root.toAbsolutePath().normalize());
    if (FileBlobStore.isFolderOfOne(folder.root) && !Files.exists(folder.settings())) {
      throw new StorageException("Cannot share " + folder.root
          + ": a peer has it, or had it, to itself; serve it alone, or give another folder");
    }
    try {
      Files.createDirectories(folder.root, OURS_ALONE);
      for (String part : List.of("tmp", "peers", "claims", "data", "objects", "retired", "leases", "evicting", "pins",
          "quarantine")) {
        Files.createDirectories(folder.root.resolve(part), OURS_ALONE);
      }
    } catch (IOException e) {
      throw unusable(root, e);
    }
    return folder;
  }

  private static StorageException unusable(Path root, IOException cause) {
    return new StorageException(
        "Cannot share objects in " + root + ": " + PosixFiles.reason(cause)
            + "; give a folder that this user may write",
        cause);
  }

  /**
   * Agrees with the other peers on what all must know. For a peer that has joined already: others remove what is in {@code tmp/} of peers
   * that they do not know.
   */
  void agree(long capacityBytes, String peer) {
    try {
      makeTurns(peer);
    } catch (IOException e) {
      throw unusable(root, e);
    }
    agreeOnCapacity(capacityBytes, peer);
  }

  /** The first turn must be there before anybody looks for the last one, so the folder comes with it. */
  private void makeTurns(String peer) throws IOException {
    if (Files.isDirectory(turns())) {
      return;
    }
    Path made = Files.createDirectory(tmp(peer + "-turns"), OURS_ALONE);
    SmallFiles.mark(made.resolve("0" + TurnLock.FREE));
    try {
      PosixFiles.rename(made, turns());
    } catch (StorageException e) {
      if (!Files.isDirectory(turns())) {
        throw e;
      }
      removeTurns(made); // another peer was faster
    }
  }

  /** Removes turns that never came to their place. */
  static void removeTurns(Path made) throws IOException {
    Files.deleteIfExists(made.resolve("0" + TurnLock.FREE));
    Files.deleteIfExists(made);
  }

  private void agreeOnCapacity(long capacityBytes, String peer) {
    Path settings = settings();
    Path ours = tmp(peer + "-settings");
    try {
      String text = "{\"format\":" + FORMAT + ",\"capacity_bytes\":" + capacityBytes + "}\n";
      DraftFile.write(text.getBytes(StandardCharsets.UTF_8), ours); // to the disk: an empty one would keep all out for ever
      if (SmallFiles.link(ours, settings)) {
        PosixFiles.syncFolder(root);
        return;
      }
    } finally {
      PosixFiles.remove(ours);
    }
    String text = SmallFiles.text(settings);
    Matcher agreed = SETTINGS.matcher(text == null ? "" : text);
    if (!agreed.matches() || Long.parseLong(agreed.group(1)) != FORMAT) {
      throw new StorageException("Cannot share " + root + ": its shared.json is not of format " + FORMAT
          + "; use the version of Packice that the other peers use");
    }
    long theirs = Long.parseLong(agreed.group(2));
    if (theirs != capacityBytes) {
      throw new IllegalArgumentException("Cannot share " + root + " with a capacity of " + capacityBytes
          + " bytes: its peers have agreed on " + theirs + "; give the same to all of them");
    }
  }

  Path settings() {
    return root.resolve("shared.json");
  }

  Path tmp(String name) {
    return root.resolve("tmp").resolve(name);
  }

  Path tmp() {
    return root.resolve("tmp");
  }

  Path turns() {
    return root.resolve("turns");
  }

  Path peers() {
    return root.resolve("peers");
  }

  Path peer(String peer) {
    return peers().resolve(peer);
  }

  Path claims() {
    return root.resolve("claims");
  }

  Path claim(ObjectId id) {
    return claims().resolve(hash(id));
  }

  Path data() {
    return root.resolve("data");
  }

  Path data(FileName name) {
    return data().resolve(name.toString());
  }

  Path draft(FileName name) {
    return root.resolve("data").resolve(name + ".draft");
  }

  Path objects() {
    return root.resolve("objects");
  }

  Path object(ObjectId id) {
    return objects().resolve(hash(id));
  }

  Path retired() {
    return root.resolve("retired");
  }

  Path retired(FileName name) {
    return retired().resolve(name.toString());
  }

  Path leases() {
    return root.resolve("leases");
  }

  Path lease(FileName name, String peer) {
    return leases().resolve(name + "." + peer);
  }

  Path evicting() {
    return root.resolve("evicting");
  }

  Path evicting(ObjectId id) {
    return evicting().resolve(hash(id));
  }

  Path pins() {
    return root.resolve("pins");
  }

  Path pin(ObjectId id, String peer) {
    return pins().resolve(hash(id) + "." + peer);
  }

  Path quarantine() {
    return root.resolve("quarantine");
  }

  static String hash(ObjectId id) {
    return FileName.of(id, 0).hash();
  }

  /** What stands before the dot; all of what has none and is none of ours. */
  static String subject(String name) {
    int dot = name.lastIndexOf('.');
    return dot < 0 ? name : name.substring(0, dot);
  }

  /** Which peer's mark it is: what stands behind the dot. */
  static String owner(String name) {
    return name.substring(name.lastIndexOf('.') + 1);
  }
}
