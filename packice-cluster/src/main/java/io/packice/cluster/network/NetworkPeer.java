package io.packice.cluster.network;

import io.packice.cluster.state.NetworkCounts;
import io.packice.cluster.state.StateFolder;
import io.packice.core.Caller;
import io.packice.core.ObjectId;
import io.packice.core.Peer;
import io.packice.core.Session;
import io.packice.transport.http.HttpClientOptions;
import io.packice.transport.http.HttpSession;
import io.packice.transport.uds.UdsAddress;
import io.packice.transport.uds.UdsSession;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * A network as one peer: reads go to the first of an object's peers that answers, writes to several, and what is asked of all is put together. In one process
 * there is one connection to each of its peers, whoever opens it how often.
 *
 * <p>Safe from any thread. Whoever opened it closes it; the connections end with the last.
 */
public final class NetworkPeer implements Peer {
  /** A peer that is silent for longer while it works for a client counts as gone. */
  private static final Duration SILENCE = Duration.ofSeconds(5);

  private static final Map<Key, Shared> SHARED = new HashMap<>();

  private final Shared shared;
  private final AtomicBoolean closed = new AtomicBoolean();

  /** What makes two networks the same. */
  private record Key(NetworkSettings settings, HttpClientOptions options) {
  }

  /** A network of this process, and how many use it. */
  private static final class Shared {
    final @Nullable Key key;
    final Network network;
    final @Nullable StateFolder state;
    int users = 1;

    Shared(@Nullable Key key, Network network, @Nullable StateFolder state) {
      this.key = key;
      this.network = network;
      this.state = state;
    }
  }

  /**
   * A peer of a network, as this process knows it.
   *
   * @param name by which it keeps its place on the ring
   * @param address where it is
   * @param share of the ring
   * @param silence for how long it has not been reached; zero if it is
   * @param trouble why it is not reached; null if it is
   * @param counts what this process has asked it
   */
  public record MemberReport(String name, String address, double share, Duration silence, @Nullable String trouble,
      NetworkCounts.Counts counts) {
  }

  private NetworkPeer(Shared shared) {
    this.shared = shared;
  }

  /** One whose peers are reached as the caller says, which nobody shares. */
  NetworkPeer(NetworkSettings settings, Network.Dialer dialer, InstantSource time) {
    this(new Shared(null, new Network(settings, dialer, time), null));
  }

  /**
   * Opens the network at an address.
   *
   * @param address {@code network:NAME}, or {@code network:ADDRESS,ADDRESS}
   * @param options how to speak to those of its peers that are reached over HTTP
   * @return the network; the caller closes it. Its peers are connected to when they are needed
   * @throws io.packice.core.NotFoundException if there is no network of that name
   * @throws io.packice.core.StorageException if its file is damaged
   * @throws IllegalArgumentException if the address has none of these forms
   */
  public static NetworkPeer open(String address, HttpClientOptions options) {
    NetworkAddress parsed = NetworkAddress.parse(address, System.getenv());
    return open(parsed.settings(), options, parsed.state());
  }

  /**
   * Opens a network of which all is known.
   *
   * @param settings what all of its clients know
   * @param options how to speak to those of its peers that are reached over HTTP
   * @return the network; the caller closes it
   */
  public static NetworkPeer open(NetworkSettings settings, HttpClientOptions options) {
    return open(settings, options, null);
  }

  private static NetworkPeer open(NetworkSettings settings, HttpClientOptions options, @Nullable StateFolder state) {
    Key key = new Key(settings, options);
    synchronized (SHARED) {
      Shared known = SHARED.get(key);
      if (known == null) {
        HttpClientOptions http = options.withAttempts(1)
            .withTimeout(options.timeout().compareTo(SILENCE) < 0 ? options.timeout() : SILENCE);
        known = new Shared(key,
            new Network(settings, member -> dial(member.address(), http), InstantSource.system()), state);
        SHARED.put(key, known);
      } else {
        known.users++;
      }
      return new NetworkPeer(known);
    }
  }

  private static Session dial(String address, HttpClientOptions http) {
    String lowerCase = address.toLowerCase(Locale.ROOT);
    return lowerCase.startsWith("http://") || lowerCase.startsWith("https://")
        ? HttpSession.connect(URI.create(address), http)
        : UdsSession.connect(UdsAddress.parse(address));
  }

  @Override
  public Session openSession(Caller caller) {
    if (closed.get()) {
      throw new IllegalStateException("Cannot use this network: it is closed; open it anew");
    }
    return new NetworkSession(shared.network);
  }

  /** Others put objects on its peers too. */
  @Override
  public boolean isShared() {
    return true;
  }

  /**
   * Connects to those of its peers that are not connected to yet, all at once.
   *
   * @return how many are reached
   */
  public int reach() {
    Network network = shared.network;
    return network.askAll(network.members(), session -> session).byMember().size();
  }

  /**
   * Its peers, as this process knows them.
   *
   * @return in the order of the settings
   */
  public List<MemberReport> members() {
    Map<String, Double> shares = shared.network.ring.shares();
    List<MemberReport> reports = new ArrayList<>();
    for (Member member : shared.network.members()) {
      reports.add(new MemberReport(member.name(), member.settings.address(), shares.getOrDefault(member.name(), 0.0),
          member.silence(), member.trouble(), member.counts()));
    }
    return reports;
  }

  /**
   * On which peers an object lies, of those that are reached.
   *
   * @param id its name
   * @return the names of peers that have its newest version, the first that is asked first
   */
  public List<String> holders(String id) {
    ObjectId object = new ObjectId(id);
    Holders holders = shared.network.look(object);
    List<Member> newest = holders.newest();
    String group = newest.isEmpty() ? null
        : Objects.requireNonNull(holders.found().get(newest.getFirst())).object().group();
    return shared.network.order(group == null ? id : group).stream().filter(newest::contains).map(Member::name)
        .toList();
  }

  /** Ends the connections, if nobody else in this process uses them. What clients have opened must be closed before. */
  @Override
  public void close() {
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    synchronized (SHARED) {
      if (--shared.users > 0) {
        return;
      }
      if (shared.key != null) {
        SHARED.remove(shared.key);
      }
    }
    NetworkCounts counts = shared.network.counts();
    shared.network.close();
    if (shared.state != null) {
      shared.state.addCounts(shared.network.settings.name(), counts);
    }
  }
}
