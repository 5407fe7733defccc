package io.packice.cluster.network;

import io.packice.cluster.ring.Ring;
import io.packice.cluster.state.NetworkCounts;
import io.packice.core.ObjectId;
import io.packice.core.PackiceException;
import io.packice.core.PeerUnavailableException;
import io.packice.core.Session;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What all sessions with one network share in this process: its members, the ring, and a few threads that ask several at once. Safe from any thread. */
final class Network implements AutoCloseable {
  /** How long a peer may take to welcome this process before it counts as dead, for a while. */
  static final Duration DIAL_PATIENCE = Duration.ofMillis(500);

  final NetworkSettings settings;
  final Ring ring;
  final VersionClock clock;
  final MissedChanges missed;
  final AsOf asOf;
  private final Map<String, Member> byName = new LinkedHashMap<>();
  private final ExecutorService asking =
      Executors.newCachedThreadPool(Thread.ofPlatform().daemon().name("packice-network-", 0).factory());

  /** Makes a session with a peer. */
  @FunctionalInterface
  interface Dialer {
    /** A new session; the caller closes it. */
    Session dial(NetworkSettings.Member member);
  }

  Network(NetworkSettings settings, Dialer dialer, InstantSource time) {
    this.settings = settings;
    this.ring = settings.ring();
    this.clock = new VersionClock(time);
    this.missed = new MissedChanges(this);
    for (NetworkSettings.Member member : settings.members()) {
      byName.put(member.name(), new Member(member, () -> dialInTime(dialer, member), missed::join, this::dispose));
    }
    this.asOf = new AsOf(ring.names().stream().map(name -> Objects.requireNonNull(byName.get(name))).toList());
  }

  /** A session, or a refusal after a short time; what comes later is closed. */
  private Session dialInTime(Dialer dialer, NetworkSettings.Member member) {
    CompletableFuture<Session> dialed = CompletableFuture.supplyAsync(() -> dialer.dial(member), asking);
    try {
      return dialed.get(DIAL_PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException tooLong) {
      CompletableFuture<Void> _ = dialed.thenAccept(this::dispose);
      throw new PeerUnavailableException("Cannot reach the peer " + member.name() + " at " + member.address()
          + ": it is silent for " + DIAL_PATIENCE.toMillis() + " ms", tooLong);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      CompletableFuture<Void> _ = dialed.thenAccept(this::dispose);
      throw new PeerUnavailableException("Cannot reach the peer " + member.name() + ": this thread was interrupted", e);
    } catch (ExecutionException e) {
      throw unwrapped(e.getCause());
    }
  }

  static RuntimeException unwrapped(@Nullable Throwable cause) {
    if (cause instanceof Error error) {
      throw error;
    }
    return cause instanceof RuntimeException failure ? failure : new IllegalStateException(cause);
  }

  /** Closes a session that nobody uses any more; its peer may be gone, and nobody waits for that. */
  private void dispose(Session session) {
    Runnable close = () -> {
      try {
        session.close();
      } catch (PackiceException gone) {
        Log.notEnded("A session ended with its peer", gone);
      }
    };
    try {
      asking.execute(close);
    } catch (RejectedExecutionException closing) {
      close.run();
    }
  }

  /** All members, in the order of their names. */
  Collection<Member> members() {
    return byName.values();
  }

  @Nullable
  Member member(String name) {
    return byName.get(name);
  }

  /** All members in the order in which they are asked for what is placed by this key. */
  List<Member> order(String key) {
    List<Member> order = new ArrayList<>(byName.size());
    for (String name : ring.first(key, byName.size())) {
      Member member = byName.get(name);
      if (member != null) {
        order.add(member);
      }
    }
    return order;
  }

  int replicas() {
    return Math.min(settings.replicas(), Math.max(1, byName.size()));
  }

  /** Asks several at once. A refusal of one, other than that it is not reached, is thrown. */
  <T> Answers<T> askAll(Collection<Member> members, Function<Session, T> question) {
    return askAll(members, question, false);
  }

  /** The same, and where much depends on the answers, peers that were not there a moment ago are looked for again. */
  <T> Answers<T> askAll(Collection<Member> members, Function<Session, T> question, boolean isUrgent) {
    Map<Member, Supplier<@Nullable T>> asked = new LinkedHashMap<>();
    for (Member member : members) {
      asked.put(member, asked.size() + 1 == members.size() ? () -> answer(member, question, isUrgent)
          : waiting(asking.submit(() -> answer(member, question, isUrgent))));
    }
    Map<Member, T> answers = new LinkedHashMap<>();
    List<Member> unreached = new ArrayList<>();
    RuntimeException refusal = null;
    for (Map.Entry<Member, Supplier<@Nullable T>> each : asked.entrySet()) {
      try {
        T answer = each.getValue().get();
        if (answer == null) {
          unreached.add(each.getKey());
        } else {
          answers.put(each.getKey(), answer);
        }
      } catch (RuntimeException e) { // the others end first
        refusal = refusal == null ? e : refusal;
      }
    }
    if (refusal != null) {
      throw refusal;
    }
    return new Answers<>(answers, unreached);
  }

  private static <T> Supplier<@Nullable T> waiting(Future<@Nullable T> answer) {
    return () -> {
      try {
        return answer.get();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new PeerUnavailableException("Cannot wait for a peer of a network: this thread was interrupted", e);
      } catch (ExecutionException e) {
        throw unwrapped(e.getCause());
      }
    };
  }

  private static <T> @Nullable T answer(Member member, Function<Session, T> question, boolean isUrgent) {
    boolean wasReached = member.current() != null;
    try {
      return member.call(question, isUrgent);
    } catch (PeerUnavailableException unreached) {
      return isUrgent && wasReached ? answer(member, question, true) : null; // it may be back since its connection broke
    }
  }

  /** Who has an object. */
  Holders look(ObjectId id) {
    return Holders.look(this, id, members());
  }

  NetworkCounts counts() {
    Map<String, NetworkCounts.Counts> counts = new HashMap<>();
    members().forEach(member -> counts.put(member.name(), member.counts()));
    return new NetworkCounts(counts);
  }

  @Override
  public void close() {
    asking.shutdown(); // first: sessions are closed here and now
    members().forEach(Member::close);
    asking.shutdownNow();
  }
}
