package io.packice.cluster.network;

import io.packice.core.AcquireRequest;
import io.packice.core.AcquireRequest.Binding;
import io.packice.core.Grant;
import io.packice.core.Lease;
import io.packice.core.LeaseExpiredException;
import io.packice.core.LeaseId;
import io.packice.core.NotFoundException;
import io.packice.core.ObjectId;
import io.packice.core.ObjectPage;
import io.packice.core.ObjectStatus;
import io.packice.core.OutcomeUnknownException;
import io.packice.core.PackiceException;
import io.packice.core.Part;
import io.packice.core.PeerStats;
import io.packice.core.PeerUnavailableException;
import io.packice.core.Session;
import io.packice.core.SessionStatus;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A session with a network. It shares the network's connections with others of this process, and so ends its own leases itself; when the process dies, they end
 * with its connections. Safe from any thread.
 */
final class NetworkSession implements Session {
  private final Network network;
  private final AsOf asOf;
  private final Map<LeaseId, Held> held = new ConcurrentHashMap<>();
  private volatile boolean closed;

  NetworkSession(Network network) {
    this.network = network;
    this.asOf = network.asOf;
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException("Cannot use this session: it is closed; connect anew");
    }
  }

  // ---- acquiring

  @Override
  public Grant acquire(AcquireRequest request) {
    requireOpen();
    return switch (request.intent()) {
      case READ -> request.asOf() == 0 ? read(request, Long.MAX_VALUE) : readAsOf(request);
      case WRITE -> write(request);
      case CREATE, READ_OR_CREATE -> create(request);
    };
  }

  private Grant read(AcquireRequest request, long newest) {
    Reading.Found found = new Reading(network, request, newest).read();
    return given(found.member(), found.grant(), request);
  }

  private Grant given(Member member, Grant grant, AcquireRequest request) {
    Lease lease = grant.lease();
    Held now = new Held(lease.object().id(), Versions.of(lease.object().meta()), false,
        request.binding() == Binding.SESSION, List.of(new Held.Part(member, lease.id())), null, List.of());
    return given(now, grant);
  }

  private Grant given(Held now, Grant grant) {
    Lease lease = grant.lease();
    LeaseId id = now.id();
    held.put(id, now);
    if (closed) { // meanwhile, and so nobody ends it
      grant.extent().close();
      release(id);
      requireOpen();
    }
    long number = asOf.of(now.parts().getFirst().member(), lease.asOf(), network.clock.now());
    return new Grant(Versions.plain(lease, id, number), grant.extent());
  }

  /** What the id named when another lease was given: only the peer that gave it knows. If that is lost, others are asked for nothing later. */
  private Grant readAsOf(AcquireRequest request) {
    ObjectId id = Objects.requireNonNull(request.id());
    Member member = asOf.member(request.asOf());
    if (member == null || AsOf.count(request.asOf()) == 0) {
      throw NotFoundException.asOf(id, request.asOf());
    }
    try {
      Grant grant = member.call(session -> session.acquire(request.withAsOf(AsOf.count(request.asOf()))));
      return given(member, grant, request);
    } catch (NotFoundException absent) {
      throw NotFoundException.asOf(id, request.asOf());
    } catch (PeerUnavailableException gone) {
      member.failedOver();
      Long newest = asOf.version(request.asOf());
      if (newest == null) {
        throw NotFoundException.asOf(id, request.asOf());
      }
      return read(request.withAsOf(0), newest);
    }
  }

  /** The right to discard it, wherever it is. */
  private Grant write(AcquireRequest request) {
    ObjectId id = Objects.requireNonNull(request.id());
    Holders holders = network.look(id);
    List<Held.Part> parts = new ArrayList<>();
    Grant first = null;
    Set<Member> unreached = new LinkedHashSet<>(holders.unreached());
    for (Member member : holders.isEmpty() ? network.order(id.value()) : placed(id, holders)) {
      try {
        Grant grant = member.call(session -> session.acquire(request));
        parts.add(new Held.Part(member, grant.lease().id()));
        if (first == null) {
          first = grant;
        } else {
          grant.extent().close();
        }
      } catch (PeerUnavailableException gone) {
        unreached.add(member);
      } catch (PackiceException refused) {
        if (first != null) {
          first.extent().close();
        }
        parts.forEach(Leases::release);
        throw refused;
      }
    }
    if (first == null) {
      throw Answers.noPeers(network.settings.name(), List.copyOf(unreached));
    }
    return given(new Held(id, holders.version(), false, request.binding() == Binding.SESSION, parts, null, unreached),
        first);
  }

  /** Who has it, the first that readers ask first. */
  private List<Member> placed(ObjectId id, Holders holders) {
    String group = holders.found().values().iterator().next().object().group();
    return network.order(group == null ? id.value() : group).stream().filter(holders.found()::containsKey).toList();
  }

  private Grant create(AcquireRequest request) {
    Creation.Made made;
    do {
      made = new Creation(network, request).create();
    } while (made == null);
    return given(made.held(), made.grant());
  }

  // ---- with leases

  /** A lease of this session, or one that another session or process has handed over. */
  private Held held(LeaseId lease, String verb) {
    Held own = held.get(lease);
    if (own != null) {
      return own;
    }
    NetworkLeaseId id = NetworkLeaseId.parse(lease, verb);
    List<Held.Part> parts = new ArrayList<>();
    for (NetworkLeaseId.Part part : id.parts()) {
      Member member = network.member(part.member());
      if (member != null) {
        parts.add(new Held.Part(member, part.lease()));
      }
    }
    if (parts.isEmpty()) {
      throw new LeaseExpiredException("Cannot " + verb + " lease " + lease + ": the network "
          + network.settings.name() + " has none of the peers that it was given by; acquire the object anew");
    }
    return Held.handedOver(id, parts);
  }

  private List<Held> held(List<LeaseId> leases, String verb) {
    return leases.stream().map(lease -> held(lease, verb)).toList();
  }

  @Override
  public void freeze(List<LeaseId> leases) {
    requireOpen();
    new Sealing(network, held(leases, "freeze"), List.of()).freeze();
  }

  @Override
  public void seal(List<LeaseId> leases, List<ObjectId> discards) {
    requireOpen();
    Session.requireFew(leases, discards);
    new Sealing(network, held(leases, "seal"), discards).seal();
  }

  @Override
  public void discard(LeaseId lease) {
    requireOpen();
    Held ended = held(lease, "discard");
    Set<Member> missed = onParts(ended, session -> part -> session.discard(part.lease()));
    ended.close();
    held.remove(lease);
    if (!ended.isDraft()) {
      missed.addAll(ended.maybeOld());
      settle(missed, ended.object, network.clock.after(ended.version));
    }
  }

  private void settle(Set<Member> members, ObjectId id, long below) {
    network.members().stream().filter(member -> member.current() == null).forEach(members::add);
    Map<Member, Map<ObjectId, Long>> all = new LinkedHashMap<>();
    members.forEach(member -> all.put(member, Map.of(id, below)));
    network.missed.settle(all);
  }

  /**
   * Does it with each part of a lease, the last first.
   *
   * @return whose peers were not reached
   * @throws PackiceException if all refuse, or are not reached, or one refuses for another reason than that the lease has ended
   */
  private static Set<Member> onParts(Held lease, Function<Session, Consumer<Held.Part>> what) {
    Set<Member> unreached = new LinkedHashSet<>();
    PackiceException refusal = null;
    int done = 0;
    for (Held.Part part : lease.backwards()) {
      try {
        boolean _ = part.member().call(session -> {
          what.apply(session).accept(part);
          return true;
        });
        done++;
      } catch (PeerUnavailableException | OutcomeUnknownException gone) {
        unreached.add(part.member());
        refusal = gone;
      } catch (LeaseExpiredException ended) {
        refusal = ended;
      }
    }
    if (done == 0 && refusal != null) {
      throw refusal;
    }
    return unreached;
  }

  @Override
  public void release(LeaseId lease) {
    end(lease, Leases::release);
  }

  @Override
  public void releaseSoon(LeaseId lease) {
    end(lease, Leases::releaseSoon);
  }

  private void end(LeaseId lease, Consumer<Held.Part> end) {
    Held own = held.remove(lease);
    if (own == null && closed) {
      return;
    }
    Held ended;
    try {
      ended = own == null ? held(lease, "release") : own;
    } catch (LeaseExpiredException unknown) {
      return; // releasing what has ended is harmless
    }
    ended.close();
    ended.backwards().forEach(end);
  }

  @Override
  public @Nullable Duration renew(LeaseId lease) {
    requireOpen();
    Held renewed = held(lease, "renew");
    List<@Nullable Duration> ttls = new ArrayList<>();
    Set<Member> _ = onParts(renewed, session -> part -> ttls.add(session.renew(part.lease())));
    return ttls.getLast();
  }

  // ---- asking all

  @Override
  public void discard(ObjectId id) {
    requireOpen();
    Holders holders = network.look(id);
    if (holders.isEmpty()) {
      refuseByOne(id, session -> session.discard(id), holders.unreached());
      return;
    }
    Set<Member> missed = new LinkedHashSet<>(holders.unreached());
    int done = 0;
    for (Member member : placed(id, holders).reversed()) {
      try {
        boolean _ = member.call(session -> {
          session.discard(id);
          return true;
        });
        done++;
      } catch (NotFoundException goneMeanwhile) {
        done++;
      } catch (PeerUnavailableException | OutcomeUnknownException gone) {
        missed.add(member);
      }
    }
    if (done == 0) {
      throw Answers.noPeers(network.settings.name(), List.copyOf(missed));
    }
    settle(missed, id, network.clock.after(holders.version()));
  }

  /** Nobody has it: one that is reached says so in its own words. */
  private void refuseByOne(ObjectId id, Consumer<Session> request, List<Member> unreached) {
    for (Member member : network.order(id.value())) {
      if (member.isReached(request)) {
        return;
      }
    }
    throw Answers.noPeers(network.settings.name(), unreached);
  }

  @Override
  public ObjectPage list(String prefix, @Nullable ObjectId after, int limit) {
    requireOpen();
    Session.requirePage(prefix, limit);
    Answers<ObjectPage> pages = network
        .askAll(network.members(), session -> session.list(prefix, after, limit), true).orNone(network.settings.name());
    Map<Member, Map<ObjectId, Long>> older = new LinkedHashMap<>();
    ObjectPage page = Merged.page(pages.byMember(), prefix, limit, older);
    network.missed.settle(older);
    return page;
  }

  @Override
  public ObjectStatus stat(ObjectId id) {
    requireOpen();
    Holders holders = network.look(id);
    if (holders.isEmpty()) {
      refuseByOne(id, session -> {
        ObjectStatus _ = session.stat(id);
      }, holders.unreached());
      return stat(id); // somebody has just made it
    }
    long newest = holders.version();
    Map<Member, Map<ObjectId, Long>> older = new LinkedHashMap<>();
    holders.older(newest).forEach(member -> older.put(member, Map.of(id, newest)));
    network.missed.settle(older);
    return Merged.status(List.copyOf(holders.found().values()));
  }

  @Override
  public List<ObjectStatus> idle(long bytes) {
    requireOpen();
    return Merged.idle(network.askAll(network.members(), session -> session.idle(bytes))
        .orNone(network.settings.name()).byMember().values());
  }

  @Override
  public Part<ObjectStatus> idle(long bytes, long skip, int limit) {
    Session.requirePart(skip, limit);
    return Part.ofObjects(idle(bytes).stream().skip(skip).iterator(), limit);
  }

  @Override
  public PeerStats stats() {
    requireOpen();
    Answers<PeerStats> all =
        network.askAll(network.members(), Session::stats).orNone(network.settings.name());
    return Merged.stats(List.copyOf(all.byMember().values()), network.members());
  }

  @Override
  public Part<SessionStatus> sessions(long skip, int limit) {
    requireOpen();
    Session.requirePart(skip, limit);
    List<SessionStatus> all = network.askAll(network.members(), Session::sessions).orNone(network.settings.name())
        .byMember().values().stream().flatMap(List::stream).toList();
    List<SessionStatus> part = all.stream().skip(skip).limit(limit).toList();
    return new Part<>(part, skip + part.size() < all.size());
  }

  @Override
  public void pin(ObjectId id) {
    onHolders(id, session -> session.pin(id));
  }

  @Override
  public void unpin(ObjectId id) {
    onHolders(id, session -> session.unpin(id));
  }

  private void onHolders(ObjectId id, Consumer<Session> request) {
    requireOpen();
    Holders holders = network.look(id);
    if (holders.isEmpty()) {
      refuseByOne(id, request, holders.unreached());
      return;
    }
    Answers<Boolean> _ = network.askAll(holders.found().keySet(), session -> {
      request.accept(session);
      return true;
    }).orNone(network.settings.name());
  }

  // ---- the end

  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    held.forEach((id, lease) -> {
      if (lease.isBound()) {
        end(id, Leases::release);
      } else {
        lease.close();
      }
    });
    held.clear();
  }
}
