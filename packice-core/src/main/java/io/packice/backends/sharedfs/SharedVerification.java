package io.packice.backends.sharedfs;

import io.packice.backends.file.DamagedException;
import io.packice.backends.file.FileName;
import io.packice.backends.file.Manifest;
import io.packice.backends.file.Verification;
import io.packice.backends.file.Verifier;
import io.packice.core.StorageException;
import io.packice.internal.os.PosixFiles;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Whether every sealed object in a shared folder is, byte for byte, what was sealed. */
public final class SharedVerification {
  private SharedVerification() {
  }

  /**
   * Whether peers share a folder, or have shared it.
   *
   * @param folder any path
   * @return false also if there is none
   */
  public static boolean isSharedFolder(Path folder) {
    return Files.isRegularFile(new SharedFolder(folder).settings());
  }

  /**
   * Reads every object and compares it with the checksums in its manifest. Changes nothing, takes no turn and joins no peers: what is
   * discarded or replaced meanwhile is left out.
   *
   * @param root the folder
   * @param progress told how far it is
   * @return the findings
   * @throws StorageException if the folder is not shared by peers, or cannot be read
   */
  public static Verification of(Path root, Verification.Progress progress) {
    SharedFolder folder = new SharedFolder(root.toAbsolutePath().normalize());
    if (!isSharedFolder(folder.root())) {
      throw new StorageException("Cannot find objects in " + root + ": it has no shared.json; give the folder that "
          + "peers share");
    }
    Verifier verifier = new Verifier(totalBytes(folder), progress);
    SmallFiles.names(folder.objects()).forEach(hash -> verifier.verify(new Shared(folder, hash)));
    return verifier.findings(SmallFiles.names(folder.quarantine()).size());
  }

  /** Drafts and what is retired count, too: it is for a bar only. */
  private static long totalBytes(SharedFolder folder) {
    return SmallFiles.names(folder.data()).stream().map(FileName::parse)
        .mapToLong(name -> name == null ? 0 : folder.data(name).toFile().length()).sum();
  }

  /** What an id names; a version that was read is remembered, so that its replacement is not taken for damage. */
  private static final class Shared implements Verifier.Candidate {
    private final SharedFolder folder;
    private final String hash;
    private @Nullable FileName version;

    Shared(SharedFolder folder, String hash) {
      this.folder = folder;
      this.hash = hash;
    }

    @Override
    public String called() {
      return hash;
    }

    @Override
    public Path file() {
      return folder.objects().resolve(hash);
    }

    @Override
    public Manifest read() throws DamagedException {
      Manifest manifest = parse();
      version = nameOf(manifest);
      long actual = PosixFiles.byteSize(folder.data(version));
      if (actual < 0) {
        throw new DamagedException("its file " + folder.data(version) + " is gone");
      }
      if (actual != manifest.object().extentBytes()) {
        throw new DamagedException("its file has " + actual + " bytes instead of " + manifest.object().extentBytes());
      }
      return manifest;
    }

    private Manifest parse() throws DamagedException {
      byte[] bytes = SmallFiles.read(file());
      if (bytes == null) {
        throw new DamagedException("its manifest is gone");
      }
      Manifest manifest = Manifest.parse(bytes);
      if (!nameOf(manifest).hash().equals(hash)) {
        throw new DamagedException("its manifest is that of " + manifest.object().id());
      }
      return manifest;
    }

    private static FileName nameOf(Manifest manifest) {
      return FileName.of(manifest.object().id(), manifest.version());
    }

    @Override
    public Path data(Manifest manifest) {
      return folder.data(nameOf(manifest));
    }

    @Override
    public boolean isStillThere() {
      if (!Files.exists(file())) {
        return false;
      }
      try {
        return version == null || nameOf(parse()).equals(version);
      } catch (DamagedException worse) {
        return true;
      }
    }
  }
}
