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
     * What its file is called, for the case that its id cannot be read.
     *
     * @return a name
     */
    String file();

    /**
     * Where its manifest is.
     *
     * @return a path
     */
    Path manifest();

    /**
     * Reads its manifest, and checks that it and its data are where they belong and have the right length.
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
    String called = candidate.file();
    try {
      Manifest manifest = candidate.read();
      called = manifest.object().id().value();
      compare(candidate.data(manifest), manifest);
      objects++;
      bytes += manifest.object().byteSize();
    } catch (DamagedException | PackiceException e) {
      if (candidate.isStillThere()) {
        objects++;
        damaged.add(new Damage(called, String.valueOf(e.getMessage()), candidate.manifest()));
      }
    }
  }

  private void compare(Path path, Manifest manifest) throws DamagedException {
    try (Descriptor data = Descriptor.open(path, Extent.Access.READ_ONLY)) {
      for (int i = 0; i < manifest.checksums().size(); i++) {
        Blob blob = manifest.object().blobs().get(i);
        String actual = Checksum.of(data, blob, this::advance);
        if (!actual.equals(manifest.checksums().get(i))) {
          throw new DamagedException("its blob " + i + " of " + blob.byteSize() + " bytes has the checksum " + actual
              + " instead of " + manifest.checksums().get(i));
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
