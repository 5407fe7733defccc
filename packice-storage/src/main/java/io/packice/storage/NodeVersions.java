package io.packice.storage;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** The versions of one file, from a service that keeps them. Immutable, safe from any thread; asks the service each time. */
public final class NodeVersions {
  private final StorageNode node;

  NodeVersions(StorageNode node) {
    this.node = node.ofVersion(null);
  }

  /**
   * All of them.
   *
   * @return the newest first; empty if there is no such file
   * @throws UnsupportedException if the service keeps no versions
   */
  public List<NodeVersion> list() {
    return node.on(Capability.VERSIONS, Place.Right.READ, "list the versions of",
        place -> place.backend().versions(place.path(node.path())));
  }

  /**
   * The file as of a version.
   *
   * @param id a version's id
   * @return a node that reads that one; nothing is asked yet
   */
  public StorageNode id(String id) {
    return node.ofVersion(Objects.requireNonNull(id, "id"));
  }

  /**
   * The file as of a version by its place in time.
   *
   * @param index from the oldest, which is 0, or back from the newest, which is -1
   * @return a node that reads that one
   * @throws AbsentException if there are not so many
   */
  public StorageNode index(int index) {
    List<NodeVersion> all = list();
    int at = index < 0 ? -1 - index : all.size() - 1 - index;
    if (at < 0 || at >= all.size()) {
      throw new AbsentException(
          "Cannot find version " + index + " of " + node + ": there are " + all.size() + "; list them");
    }
    return id(all.get(at).id());
  }

  /**
   * The file as it was at a moment.
   *
   * @param moment when
   * @return a node that reads the newest version that is not younger
   * @throws AbsentException if there was none yet
   */
  public StorageNode asOf(Instant moment) {
    return list().stream().filter(version -> !version.modified().isAfter(moment)).findFirst()
        .map(version -> id(version.id()))
        .orElseThrow(() -> new AbsentException(
            "Cannot find " + node + " as of " + moment + ": it was not there yet; list its versions"));
  }

  /**
   * Deletes one for ever.
   *
   * @param id its id
   */
  public void delete(String id) {
    node.on(Capability.VERSIONS, Place.Right.DELETE, "delete a version of", place -> {
      place.backend().deleteVersion(place.path(node.path()), id);
      return true;
    });
  }

  /**
   * Those whose bytes are the same as those of the version before them.
   *
   * @return what {@link #removeDuplicates} would delete, the newest first
   */
  public List<NodeVersion> duplicates() {
    List<NodeVersion> all = list();
    List<NodeVersion> duplicates = new ArrayList<>();
    for (int at = 0; at + 1 < all.size(); at++) {
      NodeVersion version = all.get(at);
      NodeVersion before = all.get(at + 1);
      if (isSame(version, before)) {
        duplicates.add(version);
      }
    }
    return duplicates;
  }

  private boolean isSame(NodeVersion version, NodeVersion before) {
    if (version.size() != before.size()) {
      return false;
    }
    boolean sameTag = version.tag() != null && version.tag().equals(before.tag());
    return sameTag || id(version.id()).hashes().sameBytes(id(before.id()));
  }

  /**
   * Deletes versions whose bytes are the same as those of the version before them.
   *
   * @return what was deleted, the newest first
   */
  public List<NodeVersion> removeDuplicates() {
    List<NodeVersion> duplicates = duplicates();
    duplicates.forEach(version -> delete(version.id()));
    return duplicates;
  }
}
