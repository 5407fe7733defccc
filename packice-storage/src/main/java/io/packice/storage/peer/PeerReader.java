package io.packice.storage.peer;

import io.packice.LeasedObject;
import io.packice.core.ObjectStatus;
import io.packice.storage.NodeDetails;
import io.packice.storage.NodeInfo;
import io.packice.storage.NodeReader;
import java.lang.foreign.MemorySegment;

/** A leased object: its bytes stay what they are. */
final class PeerReader implements NodeReader {
  private final LeasedObject object;
  private final String path;
  private final PeerBackend backend;
  private final long opened = System.nanoTime();

  PeerReader(LeasedObject object, String path, PeerBackend backend) {
    this.object = object;
    this.path = path;
    this.backend = backend;
  }

  MemorySegment bytes() {
    return object.blob(0).segment();
  }

  @Override
  public NodeInfo info() {
    return new NodeInfo(path, false, object.blob(0).byteSize(), null, null, NodeDetails.NONE);
  }

  @Override
  public void read(long offset, MemorySegment target) {
    MemorySegment.copy(bytes(), offset, target, 0, target.byteSize());
  }

  /** An object that was sealed since is another one. */
  @Override
  public boolean isStillCurrent() {
    ObjectStatus status = backend.status(path);
    return status != null && status.age().toNanos() >= System.nanoTime() - opened;
  }

  @Override
  public void close() {
    object.close();
  }
}
