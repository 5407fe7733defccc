package io.packice.core;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.Objects;

/**
 * The extent of a draft without sizes in the upper tier, as this process writes it: where that has no room for what comes, it goes on in the lower one. Nobody
 * maps it writable before it is sealed. Safe from any thread.
 */
final class SpillingExtent implements Extent {
  private final Draft draft;
  private final Access access;
  private Extent extent; // guarded by the draft
  private BlobStore.Draft opened; // guarded by the draft

  /** Where the draft is, for all who write to it here. */
  private static final class Draft {
    final Tiers tiers;
    final LocalPeer peer;
    final ObjectEntry entry;
    BlobStore.Draft bytes; // guarded by this

    Draft(Tiers tiers, LocalPeer peer, ObjectEntry entry, BlobStore.Draft bytes) {
      this.tiers = tiers;
      this.peer = peer;
      this.entry = entry;
      this.bytes = bytes;
    }

    void grow(long byteSize, long writtenBytes) {
      tiers.grow(entry, byteSize, writtenBytes);
      if (!tiers.isAbove(entry)) {
        bytes = Objects.requireNonNullElse(entry.draft, bytes);
      }
    }
  }

  SpillingExtent(Tiers tiers, LocalPeer peer, ObjectEntry entry, BlobStore.Draft bytes, Extent extent) {
    this(new Draft(tiers, peer, entry, bytes), extent, Access.READ_WRITE);
  }

  private SpillingExtent(Draft draft, Extent extent, Access access) {
    this.draft = draft;
    this.extent = extent;
    this.access = access;
    this.opened = draft.bytes;
  }

  /** The bytes, wherever they are by now. */
  private Extent here() {
    if (!opened.equals(draft.bytes)) {
      Extent next = draft.bytes.openWriter();
      extent.close();
      extent = next;
      opened = draft.bytes;
    }
    return extent;
  }

  @Override
  public void write(ByteBuffer source, long offset) {
    synchronized (draft) {
      if (access == Access.READ_WRITE) { // else the kernel refuses
        draft.grow(offset + source.remaining(), extent.byteSize());
      }
      here().write(source, offset);
    }
  }

  @Override
  public Extent reopen(Access other) {
    synchronized (draft) {
      return new SpillingExtent(draft, here().reopen(other), other);
    }
  }

  @Override
  public long byteSize() {
    synchronized (draft) {
      return here().byteSize();
    }
  }

  @Override
  public MemorySegment map(long offset, long byteSize, Access mapped, Arena arena) {
    synchronized (draft) {
      if (mapped == Access.READ_WRITE && access == Access.READ_WRITE) {
        draft.peer.room.grow(draft.entry, Blob.alignUp(offset + byteSize));
      }
      return here().map(offset, byteSize, mapped, arena);
    }
  }

  @Override
  public int read(ByteBuffer target, long offset) {
    synchronized (draft) {
      return here().read(target, offset);
    }
  }

  @Override
  public int fd() {
    synchronized (draft) {
      return here().fd();
    }
  }

  @Override
  public void close() {
    synchronized (draft) {
      extent.close();
    }
  }
}
