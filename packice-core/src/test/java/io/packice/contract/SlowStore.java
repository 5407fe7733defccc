package io.packice.contract;

import io.packice.core.BlobStore;
import io.packice.core.Commons;
import io.packice.core.Extent;
import io.packice.core.MemberStatus;
import io.packice.core.ObjectId;
import io.packice.core.StoredObject;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/** A store whose long steps take as long as a test says: whatever happens meanwhile, it does. */
public final class SlowStore implements BlobStore {
  /** What takes long. */
  public enum Step {
    /** Checksums, and writing to disk. */
    FREEZE,
    /** Putting sealed bytes in place. */
    SEAL,
    /** Waiting for a turn among several peers. */
    TURN
  }

  private final BlobStore store;
  private final Consumer<Step> meanwhile;

  /**
   * Slows a store down.
   *
   * @param store what does the work; closed with this
   * @param meanwhile what happens during each long step, before it is done
   */
  public SlowStore(BlobStore store, Consumer<Step> meanwhile) {
    this.store = store;
    this.meanwhile = meanwhile;
  }

  @Override
  public Recovery recover() {
    return store.recover();
  }

  @Override
  public Commons commons() {
    Commons commons = store.commons();
    return commons.isShared() ? new SlowCommons(commons) : Commons.alone(this);
  }

  @Override
  public Draft allocate(ObjectId id, OptionalLong byteSize) {
    return new SlowDraft(store.allocate(id, byteSize));
  }

  @Override
  public void close() {
    store.close();
  }

  private final class SlowDraft implements Draft {
    private final Draft draft;

    SlowDraft(Draft draft) {
      this.draft = draft;
    }

    @Override
    public Extent openWriter() {
      return draft.openWriter();
    }

    @Override
    public long byteSize() {
      return draft.byteSize();
    }

    @Override
    public void freeze(StoredObject object) {
      meanwhile.accept(Step.FREEZE);
      draft.freeze(object);
    }

    @Override
    public Sealed seal(StoredObject object) {
      meanwhile.accept(Step.SEAL);
      return draft.seal(object);
    }

    @Override
    public void discard() {
      draft.discard();
    }
  }

  private final class SlowCommons implements Commons {
    private final Commons commons;

    SlowCommons(Commons commons) {
      this.commons = commons;
    }

    @Override
    public boolean isShared() {
      return true;
    }

    @Override
    public List<MemberStatus> members() {
      return commons.members();
    }

    @Override
    public Turn takeTurn() {
      meanwhile.accept(Step.TURN);
      return commons.takeTurn();
    }

    @Override
    public View look() {
      return commons.look();
    }

    @Override
    public Sighting find(ObjectId id) {
      return commons.find(id);
    }

    @Override
    public Claim claim(StoredObject object, long bytes) {
      Claim claim = commons.claim(object, bytes);
      return new Claim() {
        @Override
        public Draft allocate(OptionalLong byteSize) {
          return new SlowDraft(claim.allocate(byteSize));
        }

        @Override
        public void resize(long newBytes) {
          claim.resize(newBytes);
        }

        @Override
        public void end() {
          claim.end();
        }
      };
    }

    @Override
    public boolean evict(List<Sealed> objects, BooleanSupplier decision) {
      return commons.evict(objects, decision);
    }

    @Override
    public void pin(ObjectId id) {
      commons.pin(id);
    }

    @Override
    public void unpin(ObjectId id) {
      commons.unpin(id);
    }
  }
}
