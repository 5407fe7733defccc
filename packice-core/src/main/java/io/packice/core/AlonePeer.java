package io.packice.core;

import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.BooleanSupplier;

/** The agreement of a peer that has its store to itself: it is asked nothing and does nothing. */
record AlonePeer(BlobStore blobs) implements Commons {
  private static final Turn ALWAYS = () -> {
    // there is nobody to give it to
  };
  private static final View NOTHING = new View(List.of(), List.of(), Map.of(), Set.of(), Map.of(), 0);

  @Override
  public boolean isShared() {
    return false;
  }

  @Override
  public List<MemberStatus> members() {
    return List.of();
  }

  @Override
  public Turn takeTurn() {
    return ALWAYS;
  }

  @Override
  public View look() {
    return NOTHING;
  }

  @Override
  public Sighting find(ObjectId id) {
    return Sighting.NONE;
  }

  @Override
  public Claim claim(StoredObject object, long bytes) {
    return new Own(blobs, object.id());
  }

  @Override
  public boolean evict(List<BlobStore.Sealed> objects, BooleanSupplier decision) {
    return decision.getAsBoolean();
  }

  @Override
  public void pin(ObjectId id) {
    // the peer itself knows
  }

  @Override
  public void unpin(ObjectId id) {
    // the peer itself knows
  }

  private record Own(BlobStore blobs, ObjectId id) implements Claim {
    @Override
    public BlobStore.Draft allocate(OptionalLong byteSize) {
      return blobs.allocate(id, byteSize);
    }

    @Override
    public void resize(long bytes) {
      // the peer's own ledger says it all
    }

    @Override
    public void end() {
      // nobody else knows of it
    }
  }
}
