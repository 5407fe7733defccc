package io.packice.transport.http;

import io.packice.core.AcquireRequest;
import io.packice.core.AcquireRequest.Binding;
import io.packice.core.Backoff;
import io.packice.core.Extent;
import io.packice.core.Grant;
import io.packice.core.Intent;
import io.packice.core.InvalidRequestException;
import io.packice.core.Lease;
import io.packice.core.LeaseExpiredException;
import io.packice.core.LeaseId;
import io.packice.core.LeaseKeeper;
import io.packice.core.NotFoundException;
import io.packice.core.NotPermittedException;
import io.packice.core.NotSealedException;
import io.packice.core.ObjectId;
import io.packice.core.ObjectPage;
import io.packice.core.ObjectStatus;
import io.packice.core.PackiceException;
import io.packice.core.Part;
import io.packice.core.PeerStats;
import io.packice.core.PeerUnavailableException;
import io.packice.core.Session;
import io.packice.core.SessionStatus;
import io.packice.transport.http.KeptLeases.Kept;
import io.packice.transport.plain.PlainSession;
import io.packice.transport.wire.Command;
import io.packice.transport.wire.Request;
import io.packice.transport.wire.Response;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * A session with a peer over HTTP. It is no connection: connections are made as they are needed, kept, and replaced when they break.
 *
 * <p>An object that is acquired for reading is fetched into shared memory of this host, by several range requests side by side, and compared with the
 * peer's checksums before the caller sees it; it is freed when it is closed and unmapped. A draft is in shared memory of this host too, and
 * is sent when it is sealed; who maps it writable even then changes only that local copy. So a session seals its own drafts only.
 *
 * <p>Leases live and die with a session that the peer keeps for this one: it is opened for the first of them, kept alive in the background, and ended when this one
 * closes. When this process dies, it ends by the TTL of the {@linkplain HttpClientOptions#leaseTtl options}, and nothing is left. A peer of an earlier version keeps no
 * sessions; the leases have that TTL then, and are renewed one by one. An operation whose
 * connection breaks is tried again, a stated number of times; what the peer has done already it does not do twice.
 */
public final class HttpSession implements Session, LeaseKeeper.Holder {
  /** The longest single wait that is asked of the peer; a longer patience asks again. */
  private static final Duration MAX_WAIT = Duration.ofSeconds(5);
  private static final int MAX_PORT = 65_535;

  private final HttpClientOptions options;
  private final HttpCommands commands;
  private final BulkPool pool;
  private final ExecutorService fetching =
      Executors.newCachedThreadPool(Thread.ofPlatform().daemon().name("packice-http-fetch").factory());
  private final KeptLeases leases;
  private volatile boolean renewsMany = true;
  private volatile boolean closed;

  private HttpSession(HttpCommands commands, BulkPool pool, HttpClientOptions options) {
    this.options = options;
    this.commands = commands;
    this.pool = pool;
    this.leases = new KeptLeases(options.leaseTtl(), commands, this::renewNow);
  }

  /**
   * Connects to the peer at an address. A server without numbers of itself ({@code /stats}) is spoken to by the commands about leases alone ({@link PlainSession}).
   *
   * @param address such as {@code http://127.0.0.1:7225}
   * @param options how to speak to it
   * @return a session; the caller closes it
   * @throws PeerUnavailableException if no peer answers there
   * @throws io.packice.core.NotPermittedException if it asks for a token, and the options have none or another one
   * @throws IllegalArgumentException if the address is not one of HTTP, or the certificates cannot be used
   */
  public static Session connect(URI address, HttpClientOptions options) {
    URI peer = checked(address);
    SSLContext tls = Pem.client(options.trusted());
    HttpCommands commands = new HttpCommands(peer, tls, options);
    try {
      return commands.has("/stats") ? new HttpSession(commands, new BulkPool(peer, tls, options), options)
          : plain(commands);
    } catch (Throwable failure) {
      commands.close();
      throw failure;
    }
  }

  private static Session plain(HttpCommands commands) {
    PlainHttp server = new PlainHttp(commands);
    if (!server.speaks()) {
      throw commands.unavailable("it answered with status 404 and no message of Packice's", null);
    }
    return new PlainSession(server);
  }

  private static URI checked(URI address) {
    String scheme = String.valueOf(address.getScheme()).toLowerCase(Locale.ROOT);
    URI plain = URI.create(scheme + "://" + address.getRawAuthority());
    boolean isPlain = address.getRawUserInfo() == null && (address.equals(plain) || address.equals(plain.resolve("/")));
    if (!scheme.matches("https?") || address.getHost() == null || !isPlain
        || address.getPort() > MAX_PORT) {
      throw new IllegalArgumentException(
          "Cannot connect to " + address + ": it is not of the form http://HOST:PORT or https://HOST:PORT; give it so");
    }
    return plain;
  }

  @Override
  public Grant acquire(AcquireRequest request) {
    if (request.patience().isZero() || request.intent() == Intent.CREATE) {
      return acquireNow(request);
    }
    long startNanos = System.nanoTime();
    for (int refusals = 0;;) {
      long askedNanos = System.nanoTime();
      Duration left = request.patience().minusNanos(askedNanos - startNanos);
      Duration wait = left.compareTo(MAX_WAIT) > 0 ? MAX_WAIT : left.isPositive() ? left : Duration.ZERO;
      try {
        return acquireNow(request.withPatience(wait));
      } catch (NotSealedException notYet) {
        if (request.patience().minusNanos(System.nanoTime() - startNanos).isNegative()) {
          throw notYet;
        }
        boolean hasWaited = System.nanoTime() - askedNanos > wait.toNanos() / 2;
        refusals = hasWaited ? 0 : refusals + 1;
        if (!hasWaited) {
          Backoff.pause(refusals, wait, notYet); // a peer with many waiters does not let further ones wait
        }
      }
    }
  }

  private Grant acquireNow(AcquireRequest request) {
    requireOpen();
    LeaseId session = request.binding() == Binding.SESSION ? leases.session() : null;
    Lease given;
    try {
      given = ask(request, session);
    } catch (LeaseExpiredException over) {
      if (session == null) {
        throw over;
      }
      leases.loseSession(session);
      session = leases.session();
      given = ask(request, session);
    }
    return granted(request, given, session);
  }

  private Lease ask(AcquireRequest request, @Nullable LeaseId session) {
    Request<?> asked = Request.of(Command.ACQUIRE,
        isRenewed(request, session) ? request.withTtl(options.leaseTtl()) : request);
    return commands.post(session == null ? asked : asked.within(session.value())).toLease();
  }

  private static boolean isRenewed(AcquireRequest request, @Nullable LeaseId session) {
    return request.ttl() == null && session == null;
  }

  private Grant granted(AcquireRequest request, Lease given, @Nullable LeaseId session) {
    boolean isRenewed = isRenewed(request, session);
    Lease lease = isRenewed ? given.withTtl(null) : given;
    try {
      LocalDraft draft = lease.intent() == Intent.CREATE ? new LocalDraft(lease, request.sizes() != null) : null;
      leases.add(new Kept(lease, session, isRenewed, draft)); // first: fetching may take longer than the TTL
      return new Grant(lease, draft != null ? draft.openWriter() : open(lease));
    } catch (Throwable failure) {
      giveBack(lease.id(), failure);
      throw failure;
    }
  }

  private Extent open(Lease lease) {
    return lease.intent() == Intent.WRITE ? new LazyExtent(() -> fetch(lease)) : fetch(lease);
  }

  private Extent fetch(Lease lease) {
    return new Fetch(pool, options, fetching, lease).run();
  }

  /** Sends what was written, and lets the peer freeze it; one of an earlier version does not know how, and the seal does that then. */
  @Override
  public void freeze(List<LeaseId> drafts) {
    requireOpen();
    List<Kept> ours = send(drafts);
    try {
      Response _ = commands.post(Request.of(Command.FREEZE, drafts));
    } catch (NotFoundException unknownPath) {
      Log.cannotFreeze(unknownPath);
    }
    ours.forEach(kept -> {
      if (kept.draft() != null) {
        kept.draft().complete();
      }
    });
  }

  @Override
  public void seal(List<LeaseId> drafts, List<ObjectId> discards) {
    requireOpen();
    Session.requireFew(drafts, discards);
    List<Kept> ours = send(drafts);
    commands.change(Request.of(Command.SEAL, new Request.Seal(drafts, discards)), named(ours, discards),
        drafts.isEmpty() ? "look which are there, and discard those that should not be"
            : "look whether it is there (packice stat ID), and create it anew if not");
    for (Kept kept : ours) {
      if (kept.draft() != null) {
        leases.sealed(kept);
        kept.draft().close();
      }
    }
  }

  /** Sends the bytes of drafts to the peer, if all of them are here. */
  private List<Kept> send(List<LeaseId> drafts) {
    List<Kept> ours = new ArrayList<>();
    for (LeaseId lease : drafts) {
      Kept kept = leases.find(lease);
      if (kept == null) {
        throw notHere(lease);
      }
      ours.add(kept);
    }
    for (Kept kept : ours) {
      if (kept.draft() != null) {
        kept.draft().send(pool);
      }
    }
    return ours;
  }

  /** What a seal was to do. */
  private static String named(List<Kept> drafts, List<ObjectId> discards) {
    if (drafts.isEmpty()) {
      return discards.size() == 1 ? discards.getFirst() + " was discarded"
          : discards.size() + " objects were discarded, " + discards.stream().findFirst().orElse(null) + " among them";
    }
    ObjectId last = drafts.getLast().lease().object().id();
    return drafts.size() == 1 ? last + " was sealed"
        : last + " and what belongs to it were sealed (" + drafts.size() + " objects)";
  }

  /** The bytes of a draft are where it was acquired. */
  private NotPermittedException notHere(LeaseId lease) {
    Duration _ = leases.renewNow(lease); // throws if it has ended
    return new NotPermittedException("Cannot seal the draft of lease " + lease
        + ": another session acquired it, and has its bytes; seal it there");
  }

  @Override
  public void discard(LeaseId lease) {
    requireOpen();
    Kept kept = leases.find(lease);
    String what = kept == null ? "the object of lease " + lease : kept.lease().object().id().toString();
    commands.change(Request.of(Command.DISCARD, lease), what + " was discarded",
        "look whether it is there, and discard it if so");
    forget(lease);
  }

  @Override
  public void release(LeaseId lease) {
    if (!closed) {
      forget(lease);
      Response _ = commands.post(Request.of(Command.RELEASE, lease));
    }
  }

  private void forget(LeaseId lease) {
    Kept kept = leases.remove(lease);
    if (kept != null && kept.draft() != null) {
      kept.draft().close();
    }
  }

  @Override
  public @Nullable Duration renew(LeaseId lease) {
    requireOpen();
    Duration ttl = leases.renewNow(lease);
    Kept kept = leases.find(lease);
    return kept != null && kept.isRenewed() ? null : ttl;
  }

  @Override
  public List<LeaseId> renew(List<LeaseId> ids) {
    requireOpen();
    return renewNow(ids);
  }

  /** A peer of an earlier version renews one lease at a time. */
  private List<LeaseId> renewNow(List<LeaseId> ids) {
    if (!renewsMany) {
      return Session.super.renew(ids);
    }
    try {
      return Request.renew(ids, commands::post);
    } catch (InvalidRequestException unknownField) {
      renewsMany = false;
      return Session.super.renew(ids);
    }
  }

  @Override
  public LeaseKeeper leaseKeeper() {
    return leases.keeper();
  }

  @Override
  public ObjectPage list(String prefix, @Nullable ObjectId after, int limit) {
    requireOpen();
    Session.requirePage(prefix, limit);
    return commands.get("/objects?limit=" + limit + "&prefix=" + query(prefix)
        + (after == null ? "" : "&after=" + query(after.value()))).toPage();
  }

  private static String query(String value) {
    return URLEncoder.encode(value, StandardCharsets.UTF_8);
  }

  @Override
  public ObjectStatus stat(ObjectId id) {
    requireOpen();
    return commands.get("/objects/" + UrlPath.encode(id.value())).toStatus();
  }

  @Override
  public Part<ObjectStatus> idle(long bytes, long skip, int limit) {
    requireOpen();
    Session.requirePart(skip, limit);
    return commands.get("/idle?bytes=" + bytes + "&skip=" + skip + "&limit=" + limit).toIdle();
  }

  @Override
  public PeerStats stats() {
    requireOpen();
    return commands.get("/stats").toStats();
  }

  @Override
  public Part<SessionStatus> sessions(long skip, int limit) {
    requireOpen();
    Session.requirePart(skip, limit);
    return commands.get("/sessions?skip=" + skip + "&limit=" + limit).toSessions();
  }

  @Override
  public void pin(ObjectId id) {
    requireOpen();
    commands.change(Request.of(Command.PIN, id), id + " was pinned", "look at it (packice stat ID)");
  }

  @Override
  public void unpin(ObjectId id) {
    requireOpen();
    commands.change(Request.of(Command.UNPIN, id), id + " was unpinned", "look at it (packice stat ID)");
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException("Cannot use this session: it is closed; connect anew");
    }
  }

  /** Releases every lease of this session; its unsealed drafts are discarded. What the peer does not hear of ends by its TTL. */
  @Override
  public void close() {
    if (closed) {
      return;
    }
    leases.close();
    releaseAll();
    closed = true;
    pool.close();
    commands.close();
    fetching.shutdownNow();
  }

  private void releaseAll() {
    LeaseId session = leases.takeSession();
    try {
      for (LeaseId id : leases.idsOutside(session)) {
        release(id);
      }
      if (session != null) {
        Response _ = commands.post(Request.of(Command.RELEASE, List.<LeaseId>of()).within(session.value()));
      }
    } catch (PackiceException unreachable) {
      Log.notReleased(unreachable); // nor will the others be
    }
    leases.ids().forEach(this::forget);
  }
}
