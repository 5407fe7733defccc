package io.packice.cluster.network;

import io.packice.core.LeaseId;
import io.packice.core.ObjectId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A lease of a network, as its session holds it: leases on one peer or several, the first of which counts for the caller. Safe from any thread. */
final class Held {
  final ObjectId object;
  final long version;
  /** Known to be a READ or WRITE lease. */
  private volatile boolean isDraft;
  private final boolean isBound;
  private final boolean isHandedOver;
  private final @Nullable DraftCopies copies;
  private final List<Part> parts; // guarded by this
  private final Set<Member> maybeOld; // guarded by this: who may have an earlier version

  /** One that another session or process has acquired. */
  static Held handedOver(NetworkLeaseId id, List<Part> parts) {
    return new Held(id.object(), id.version(), true, false, parts, null, List.of(), true);
  }

  /** A lease on one peer. */
  record Part(Member member, LeaseId lease) {
  }

  /**
   * A lease.
   *
   * @param isDraft whether it is a CREATE lease, as far as is known
   * @param isBound whether it ends with its session
   * @param copies what of the draft has still to be brought to others; null if nothing
   * @param maybeOld who may have an earlier version
   */
  Held(ObjectId object, long version, boolean isDraft, boolean isBound, List<Part> parts, @Nullable DraftCopies copies,
      Collection<Member> maybeOld) {
    this(object, version, isDraft, isBound, parts, copies, maybeOld, false);
  }

  private Held(ObjectId object, long version, boolean isDraft, boolean isBound, List<Part> parts,
      @Nullable DraftCopies copies, Collection<Member> maybeOld, boolean isHandedOver) {
    this.isHandedOver = isHandedOver;
    this.object = object;
    this.version = version;
    this.isDraft = isDraft;
    this.isBound = isBound;
    this.parts = new ArrayList<>(parts);
    this.copies = copies;
    this.maybeOld = new LinkedHashSet<>(maybeOld);
  }

  LeaseId id() {
    return new NetworkLeaseId(object, version,
        parts().stream().map(part -> new NetworkLeaseId.Part(part.member.name(), part.lease)).toList()).toLeaseId();
  }

  boolean isDraft() {
    return isDraft;
  }

  boolean isBound() {
    return isBound;
  }

  boolean isHandedOver() {
    return isHandedOver;
  }

  synchronized List<Part> parts() {
    return List.copyOf(parts);
  }

  /** The parts behind the first. */
  List<Part> others() {
    List<Part> all = parts();
    return all.isEmpty() ? all : all.subList(1, all.size());
  }

  /** The first part, alone. */
  List<Part> first() {
    List<Part> all = parts();
    return all.isEmpty() ? all : all.subList(0, 1);
  }

  /** The last part first: the first peer is the one that others look at. */
  List<Part> backwards() {
    return parts().reversed();
  }

  /** A peer is gone, and its part with it. */
  synchronized void lose(Part part) {
    parts.remove(part);
    maybeOld.add(part.member);
  }

  synchronized Set<Member> maybeOld() {
    return new LinkedHashSet<>(maybeOld);
  }

  /** It is visible; what is left is a READ lease on the first of its peers. */
  synchronized void sealed() {
    isDraft = false;
    while (parts.size() > 1) {
      parts.removeLast();
    }
    close();
  }

  void copy() {
    if (copies != null) {
      copies.copy();
    }
  }

  /** Ends what is open of it in this process. */
  void close() {
    if (copies != null) {
      copies.close();
    }
  }
}
