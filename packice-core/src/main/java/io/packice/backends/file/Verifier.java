package io.packice.backends.file;

import io.packice.backends.file.Verification.Damage;
import io.packice.backends.file.Verification.Progress;
import io.packice.core.Blob;
import io.packice.core.Extent;
import io.packice.core.PackiceException;
import io.packice.internal.os.Descriptor;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Compares objects in files with what was sealed, one after the other, and collects what it finds. For one thread. */
public final class Verifier {
  private final long totalBytes;
  private final Progress progress;
  private final List<Damage> damaged = new ArrayList<>();
  private long objects;
  private long bytes;
  private long readBytes;

  /** Where an object is, and whether it is there. */
  public interface Candidate {
    /**
     * What it is called as long as its id is not known.
     *
     * @return a name
     */
    String called();

    /**
     * The file to look at if it is damaged.
     *
     * @return a path
     */
    Path file();

    /**
     * Reads what it is, and checks that its data are where they belong and have the right length.
     *
     * @return the manifest
     * @throws DamagedException if not
     */
    Manifest read() throws DamagedException;

    /**
     * Where its bytes are.
     *
     * @param manifest what was read
     * @return a path
     */
    Path data(Manifest manifest);

    /**
     * Whether this version of it has not been discarded meanwhile.
     *
     * @return false if there is nothing to complain about
     */
    boolean isStillThere();
  }

  /**
   * Begins.
   *
   * @param totalBytes how many bytes there are to read
   * @param progress told how far it is
   */
  public Verifier(long totalBytes, Progress progress) {
    this.totalBytes = totalBytes;
    this.progress = progress;
  }

  /**
   * Looks at one object.
   *
   * @param candidate which
   */
  public void verify(Candidate candidate) {
    String called = candidate.called();
    try {
      Manifest manifest = candidate.read();
      called = manifest.object().id().value();
      compare(candidate.data(manifest), manifest);
      objects++;
      bytes += manifest.object().byteSize();
    } catch (DamagedException | PackiceException e) {
      if (candidate.isStillThere()) {
        objects++;
        damaged.add(new Damage(called, String.valueOf(e.getMessage()), candidate.file()));
      }
    }
  }

  /** Notes damage that is not of one object alone. */
  void damaged(Damage damage) {
    damaged.add(damage);
  }

  private void compare(Path path, Manifest manifest) throws DamagedException {
    try (Descriptor data = Descriptor.open(path, Extent.Access.READ_ONLY)) {
      for (int i = 0; i < manifest.checksums().size(); i++) {
        Blob blob = manifest.object().blobs().get(i);
        int actual = Checksum.of(data, blob, this::advance);
        int sealed = manifest.checksums().get(i);
        if (actual != sealed) {
          throw new DamagedException("its blob " + i + " of " + blob.byteSize() + " bytes has the checksum "
              + Checksum.text(actual) + " instead of " + Checksum.text(sealed));
        }
      }
    }
  }

  private void advance(long more) {
    readBytes += more;
    progress.at(readBytes, Math.max(totalBytes, readBytes));
  }

  /**
   * Ends.
   *
   * @param quarantined how many damaged objects have been set aside earlier
   * @return what was found
   */
  public Verification findings(long quarantined) {
    return new Verification(objects, bytes, damaged, quarantined);
  }
}
