package io.packice.core;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An object as a peer describes it: its name, where its blobs lie in its extent, and its metadata. Plain data, immutable, safe
 * from any thread; it holds no bytes and keeps none alive, which only a lease does.
 *
 * @param id the object's name
 * @param blobs its blobs in order, 0 to {@value Blob#MAX_PER_OBJECT}
 * @param meta what it says about itself
 * @param group the group that it is evicted with; null if it stands alone
 * @param ttl how long it lives from its seal on; null if it has no end of its own
 */
public record StoredObject(ObjectId id, List<Blob> blobs, Metadata meta, @Nullable String group,
    @Nullable Duration ttl) {
  /** Copies the list. */
  public StoredObject {
    blobs = List.copyOf(blobs);
  }

  /**
   * The same object with other blobs, such as those that its creator has written by now.
   *
   * @param others its blobs
   * @return an object that differs only in them
   */
  public StoredObject withBlobs(List<Blob> others) {
    return new StoredObject(id, others, meta, group, ttl);
  }

  /**
   * The length of its extent.
   *
   * @return bytes from the start of the first blob to the end of the last
   */
  public long extentBytes() {
    return Blob.extentBytes(blobs);
  }

  /**
   * The sum of its blobs' lengths.
   *
   * @return bytes, without the gaps between blobs
   */
  public long byteSize() {
    return blobs.stream().mapToLong(Blob::byteSize).sum();
  }
}
