package io.packice.core;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.OptionalLong;
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
 * @param owner the user id of whoever made it, from the kernel; empty if it was made by the peer's own process, or over a transport that
 *     knows no users: then it belongs to the peer
 */
public record StoredObject(ObjectId id, List<Blob> blobs, Metadata meta, @Nullable String group,
    @Nullable Duration ttl, OptionalLong owner) {
  /** Copies the list. */
  public StoredObject {
    Objects.requireNonNull(id, "id");
    Objects.requireNonNull(meta, "meta");
    Objects.requireNonNull(owner, "owner");
    blobs = List.copyOf(blobs);
  }

  /**
   * An object that belongs to the peer.
   *
   * @param id the object's name
   * @param blobs its blobs in order
   * @param meta what it says about itself
   * @param group the group that it is evicted with; null if it stands alone
   * @param ttl how long it lives from its seal on; null if it has no end of its own
   */
  public StoredObject(ObjectId id, List<Blob> blobs, Metadata meta, @Nullable String group, @Nullable Duration ttl) {
    this(id, blobs, meta, group, ttl, OptionalLong.empty());
  }

  /**
   * The same object with other blobs, such as those that its creator has written by now.
   *
   * @param others its blobs
   * @return an object that differs only in them
   */
  public StoredObject withBlobs(List<Blob> others) {
    return new StoredObject(id, others, meta, group, ttl, owner);
  }

  /**
   * The same object with another life, such as what is left of it.
   *
   * @param newTtl how long it lives from its seal on; null if it has no end of its own
   * @return an object that differs only in it
   */
  public StoredObject withTtl(@Nullable Duration newTtl) {
    return new StoredObject(id, blobs, meta, group, newTtl, owner);
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
