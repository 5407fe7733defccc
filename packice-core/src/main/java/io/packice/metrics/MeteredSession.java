package io.packice.metrics;

import io.packice.core.AcquireRequest;
import io.packice.core.Grant;
import io.packice.core.LeaseId;
import io.packice.core.ObjectId;
import io.packice.core.ObjectPage;
import io.packice.core.ObjectStatus;
import io.packice.core.Part;
import io.packice.core.PeerStats;
import io.packice.core.Session;
import io.packice.core.SessionStatus;
import io.packice.transport.wire.Command;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** A session whose operations are timed. */
final class MeteredSession implements Session {
  private final Session session;
  private final Operations operations;

  MeteredSession(Session session, Operations operations) {
    this.session = session;
    this.operations = operations;
  }

  @Override
  public Grant acquire(AcquireRequest request) {
    return operations.time(Command.ACQUIRE.name() + "_" + request.intent().name().toLowerCase(Locale.ROOT),
        () -> session.acquire(request));
  }

  @Override
  public void freeze(List<LeaseId> leases) {
    operations.run(Command.FREEZE.name(), () -> session.freeze(leases));
  }

  @Override
  public void seal(List<LeaseId> leases, List<ObjectId> discards) {
    operations.run(Command.SEAL.name(), () -> session.seal(leases, discards));
  }

  @Override
  public void discard(LeaseId lease) {
    operations.run(Command.DISCARD.name(), () -> session.discard(lease));
  }

  @Override
  public void release(LeaseId lease) {
    operations.run(Command.RELEASE.name(), () -> session.release(lease));
  }

  @Override
  public @Nullable Duration renew(LeaseId lease) {
    return operations.<@Nullable Duration>time(Command.RENEW.name(), () -> session.renew(lease));
  }

  @Override
  public List<LeaseId> renew(List<LeaseId> leases) {
    return operations.time(Command.RENEW.name(), () -> session.renew(leases));
  }

  @Override
  public ObjectPage list(String prefix, @Nullable ObjectId after, int limit) {
    return operations.time(Command.LIST.name(), () -> session.list(prefix, after, limit));
  }

  @Override
  public ObjectStatus stat(ObjectId id) {
    return operations.time(Command.STAT.name(), () -> session.stat(id));
  }

  @Override
  public List<ObjectStatus> idle(long bytes) {
    return operations.time(Command.IDLE.name(), () -> session.idle(bytes));
  }

  @Override
  public Part<ObjectStatus> idle(long bytes, long skip, int limit) {
    return operations.time(Command.IDLE.name(), () -> session.idle(bytes, skip, limit));
  }

  @Override
  public PeerStats stats() {
    return operations.time(Command.STATS.name(), session::stats);
  }

  @Override
  public Part<SessionStatus> sessions(long skip, int limit) {
    return operations.time(Command.SESSIONS.name(), () -> session.sessions(skip, limit));
  }

  @Override
  public void pin(ObjectId id) {
    operations.run(Command.PIN.name(), () -> session.pin(id));
  }

  @Override
  public void unpin(ObjectId id) {
    operations.run(Command.UNPIN.name(), () -> session.unpin(id));
  }

  @Override
  public void close() {
    session.close();
  }
}
