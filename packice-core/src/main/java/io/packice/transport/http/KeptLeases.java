package io.packice.transport.http;

import io.packice.core.CapacityExceededException;
import io.packice.core.Lease;
import io.packice.core.LeaseExpiredException;
import io.packice.core.LeaseId;
import io.packice.core.LeaseKeeper;
import io.packice.transport.wire.Request;
import io.packice.transport.wire.Response;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The leases of one client. They live in a session with the peer, which is opened for the first of them and renewed in the background while the client lives; where
 * there is none to be had, those without a TTL of their own are renewed one by one. Safe from any thread.
 */
final class KeptLeases implements AutoCloseable {
  private final Duration ttl;
  private final HttpCommands commands;
  private final Function<List<LeaseId>, List<LeaseId>> renewOutside;
  private final LeaseKeeper keeper;
  private final Map<LeaseId, Kept> kept = new ConcurrentHashMap<>();
  private @Nullable LeaseId session; // guarded by this, as is the next
  private boolean knowsNoSessions; // a peer of an earlier version

  /**
   * A lease.
   *
   * @param session the session with the peer that it lives in; null if in none
   * @param isRenewed whether it lives as long as the client without one
   * @param draft what was made under it so far; null if it is for reading
   */
  record Kept(Lease lease, @Nullable LeaseId session, boolean isRenewed, @Nullable LocalDraft draft) {
  }

  KeptLeases(Duration ttl, HttpCommands commands, Function<List<LeaseId>, List<LeaseId>> renewOutside) {
    this.ttl = ttl;
    this.commands = commands;
    this.renewOutside = renewOutside;
    this.keeper = new LeaseKeeper(this::renew, this::lose);
  }

  LeaseKeeper keeper() {
    return keeper;
  }

  /** The session with the peer, opened if need be; null if the peer lets nobody open one. */
  synchronized @Nullable LeaseId session() {
    if (session != null || knowsNoSessions) {
      return session;
    }
    Response opened;
    try {
      opened = commands.postIfKnown("/sessions", Request.hello(ttl));
    } catch (CapacityExceededException full) {
      Log.noSession(full);
      return null;
    }
    String id = opened == null ? null : opened.sessionId();
    knowsNoSessions = id == null;
    if (opened != null && id != null) {
      session = new LeaseId(id);
      keeper.keep(session, Objects.requireNonNullElse(opened.toTtl(), ttl));
    }
    return session;
  }

  /** Gives those that have ended. */
  private List<LeaseId> renew(List<LeaseId> ids) {
    List<LeaseId> outside = new ArrayList<>(ids);
    List<LeaseId> ended = new ArrayList<>();
    for (LeaseId id : ids) {
      if (isSession(id)) {
        outside.remove(id);
        renewSession(id, ended);
      }
    }
    if (!outside.isEmpty()) {
      ended.addAll(renewOutside.apply(outside));
    }
    return ended;
  }

  private void renewSession(LeaseId id, List<LeaseId> ended) {
    try {
      Duration _ = commands.post(Request.renew(List.of(), false).within(id.value())).toTtl();
    } catch (LeaseExpiredException over) {
      ended.add(id);
    }
  }

  private synchronized boolean isSession(LeaseId id) {
    return id.equals(session);
  }

  /** Asks the peer to renew one lease. */
  @Nullable
  Duration renewNow(LeaseId lease) {
    return commands.post(Request.renew(List.of(lease), false)).toTtl();
  }

  /** The peer has no such session any more, for example because it was started anew: what lived in it is gone. */
  void loseSession(LeaseId lost) {
    synchronized (this) {
      if (!lost.equals(session)) {
        return;
      }
      session = null;
    }
    keeper.forget(lost);
    List<LeaseId> gone =
        kept.values().stream().filter(each -> lost.equals(each.session())).map(each -> each.lease().id()).toList();
    Log.sessionLost(gone.size());
    gone.forEach(this::lose);
  }

  void add(Kept lease) {
    kept.put(lease.lease().id(), lease);
    if (lease.isRenewed()) {
      keeper.keep(lease.lease().id(), ttl);
    }
  }

  @Nullable
  Kept find(LeaseId id) {
    return kept.get(id);
  }

  @Nullable
  Kept remove(LeaseId id) {
    keeper.forget(id);
    return kept.remove(id);
  }

  /** The draft has become an object; its lease is for reading now. */
  void sealed(Kept lease) {
    kept.replace(lease.lease().id(), lease, new Kept(lease.lease(), lease.session(), lease.isRenewed(), null));
  }

  List<LeaseId> ids() {
    return List.copyOf(kept.keySet());
  }

  private void lose(LeaseId id) {
    if (isSession(id)) {
      loseSession(id);
      return;
    }
    Kept lost = kept.remove(id);
    if (lost != null && lost.draft() != null) {
      lost.draft().close();
    }
  }

  /** Renews no more. */
  @Override
  public void close() {
    keeper.close();
  }

  /** The session that is open, if any, which is to be ended; there is none from here on. */
  synchronized @Nullable LeaseId takeSession() {
    LeaseId taken = session;
    session = null;
    knowsNoSessions = true;
    return taken;
  }

  /** What ends with no session. */
  List<LeaseId> idsOutside(@Nullable LeaseId of) {
    return kept.values().stream().filter(each -> of == null || !of.equals(each.session()))
        .map(each -> each.lease().id()).toList();
  }
}
