package io.packice.backends.file;

import io.packice.core.StorageException;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Whether every sealed object in a data folder is, byte for byte, what was sealed.
 *
 * @param objects how many objects were looked at
 * @param bytes how many bytes they have
 * @param damaged what is wrong with which; empty if all is well
 * @param quarantined how many damaged objects earlier starts have set aside
 */
public record Verification(long objects, long bytes, List<Damage> damaged, long quarantined) {
  /**
   * An object that is not what was sealed.
   *
   * @param name its id; what its files are called if the manifest does not tell
   * @param what what is wrong
   * @param manifest the manifest's file
   */
  public record Damage(String name, String what, Path manifest) {
  }

  /** Copies the list. */
  public Verification {
    damaged = List.copyOf(damaged);
  }

  /**
   * Whether all is well.
   *
   * @return true if nothing is damaged; what is in quarantine does not count
   */
  public boolean isClean() {
    return damaged.isEmpty();
  }

  /** Is told how far a verification is. */
  @FunctionalInterface
  public interface Progress {
    /** For whoever does not want to know. */
    Progress NONE = (_, _) -> {
      // nobody looks
    };

    /**
     * Called now and then, by the thread that reads.
     *
     * @param doneBytes how many bytes have been read
     * @param totalBytes how many the files had when it began, drafts perhaps included; more if objects were sealed meanwhile
     */
    void at(long doneBytes, long totalBytes);
  }

  /**
   * Reads every object and compares it with the checksums in its manifest. Changes nothing, needs no right to serve the folder, and may run
   * beside the peer that does: what is discarded meanwhile is left out.
   *
   * @param dataFolder the folder of a file-system peer
   * @param progress told how far it is
   * @return the findings
   * @throws StorageException if the folder is none of a file-system peer, or cannot be read, or has manifests of a later version of
   *     Packice
   */
  public static Verification of(Path dataFolder, Progress progress) {
    DataFolder folder = DataFolder.existing(dataFolder);
    Verifier verifier = new Verifier(totalBytes(folder), progress);
    ManifestReader reader = new ManifestReader(folder);
    for (Path shard : folder.shards()) {
      for (String file : DataFolder.names(shard)) {
        FileName name = FileName.parse(stem(file, DataFolder.MANIFEST));
        if (name != null) {
          verifier.verify(new Filed(folder, reader, name));
        }
      }
    }
    return verifier
        .findings(DataFolder.names(folder.quarantine()).stream().map(file -> stem(file, "")).distinct().count());
  }

  private static long totalBytes(DataFolder folder) {
    long bytes = 0;
    for (Path shard : folder.shards()) {
      for (String file : DataFolder.names(shard)) {
        if (file.endsWith(DataFolder.DATA)) {
          bytes += new File(shard.toFile(), file).length();
        }
      }
    }
    return bytes;
  }

  /** A file's name up to its dot if it has this extension; empty if not. */
  private static String stem(String file, String extension) {
    int dot = file.indexOf('.');
    return dot >= 0 && file.endsWith(extension) ? file.substring(0, dot) : "";
  }

  /** An object in a data folder. */
  private record Filed(DataFolder folder, ManifestReader reader, FileName name) implements Verifier.Candidate {
    @Override
    public String file() {
      return name.toString();
    }

    @Override
    public Path manifest() {
      return folder.manifest(name);
    }

    @Override
    public Manifest read() throws DamagedException {
      return reader.read(name);
    }

    @Override
    public Path data(Manifest manifest) {
      return folder.data(name);
    }

    @Override
    public boolean isStillThere() {
      return Files.exists(manifest());
    }
  }
}
