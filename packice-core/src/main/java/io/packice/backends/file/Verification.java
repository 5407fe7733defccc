package io.packice.backends.file;

import io.packice.core.StorageException;
import io.packice.internal.os.FileStamp;
import io.packice.internal.os.PosixFiles;
import java.nio.file.Files;
import java.nio.file.LinkOption;
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
   * @param name its id; what its files are called if nothing tells the id
   * @param what what is wrong
   * @param file the file to look at: its bytes, its manifest in a folder that has manifests, or the log
   */
  public record Damage(String name, String what, Path file) {
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
   * Reads the log and every object, and compares it with the checksums in the log. Changes nothing, needs no right to serve the folder, and may run
   * beside the peer that does: what is discarded meanwhile is left out.
   *
   * @param dataFolder the folder of a file-system peer
   * @param progress told how far it is
   * @return the findings
   * @throws StorageException if the folder is none of a file-system peer, or cannot be read, or is of a later version of Packice
   */
  public static Verification of(Path dataFolder, Progress progress) {
    DataFolder folder = DataFolder.existing(dataFolder);
    Verifier verifier = Files.exists(folder.log(), LinkOption.NOFOLLOW_LINKS) ? verified(folder, progress)
        : verifiedOld(new OldFolder(folder), progress);
    return verifier.findings(new Quarantine(folder).count());
  }

  private static Verifier verified(DataFolder folder, Progress progress) {
    Logged logged = new Logged(folder);
    List<SealRecord> records = logged.contents.live();
    Verifier verifier =
        new Verifier(records.stream().mapToLong(record -> record.object().byteSize()).sum(), progress);
    logged.contents.losses
        .forEach(loss -> verifier
            .damaged(new Damage(String.valueOf(folder.log().getFileName()), loss.what(), folder.log())));
    records.forEach(record -> verifier.verify(new Recorded(logged, record)));
    return verifier;
  }

  private static Verifier verifiedOld(OldFolder old, Progress progress) {
    Verifier verifier =
        new Verifier(old.candidates().mapToLong(OldFolder.Candidate::byteSize).sum(), progress);
    old.candidates().forEach(verifier::verify);
    return verifier;
  }

  /** A log, as it was when it was last looked at. */
  private static final class Logged {
    private final DataFolder folder;
    private FileStamp stamp;
    private LogContents contents;

    Logged(DataFolder folder) {
      this.folder = folder;
      stamp = PosixFiles.stamp(folder.log().toString());
      contents = LogReader.read(folder.log());
    }

    /** Whether a seal still counts: what is gone is in the log before its bytes are removed. */
    boolean has(long seal) {
      FileStamp now = PosixFiles.stamp(folder.log().toString());
      if (!now.equals(stamp)) {
        contents = LogReader.read(folder.log());
        stamp = now;
      }
      return contents.has(seal);
    }
  }

  /** An object that the log names. */
  private record Recorded(Logged logged, SealRecord record) implements Verifier.Candidate {
    @Override
    public String called() {
      return record.object().id().value();
    }

    @Override
    public Path file() {
      return logged.folder.extent(record.extent());
    }

    @Override
    public Manifest read() throws DamagedException {
      record.checkData(PosixFiles.byteSize(file()));
      return record.toManifest();
    }

    @Override
    public Path data(Manifest manifest) {
      return file();
    }

    @Override
    public boolean isStillThere() {
      return logged.has(record.seal());
    }
  }
}
