package io.packice;

import io.packice.core.Caller;
import io.packice.core.Peer;
import io.packice.peers.MemoryPeer;
import io.packice.transport.http.HttpClientOptions;
import io.packice.transport.http.HttpSession;
import io.packice.transport.uds.UdsAddress;
import io.packice.transport.uds.UdsSession;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * The way in: connects to a peer.
 *
 * {@snippet file="io/packice/snippets/ReadmeSnippetsTest.java" region="hello"}
 */
public final class Packice {
  private static final String MEMORY_SCHEME = "memory://";
  private static final List<String> ADDRESS_VARIABLES = List.of("PACKICE_PEER", "PACKICE_SOCKET"); // the first counts

  private Packice() {
  }

  /**
   * Connects to a new in-memory peer that only this client knows. It ends with the client.
   *
   * @return a client; the caller closes it
   */
  public static PackiceClient connect() {
    Peer peer = MemoryPeer.create();
    return new PackiceClient(new ClientSession(peer.openSession(Caller.thisProcess()), peer::close));
  }

  /**
   * Connects to the peer at an address.
   *
   * <table>
   * <caption>Addresses</caption>
   * <tr><td>{@code memory://NAME}</td><td>an in-memory peer that all clients of this process with the same name share; it begins with the
   * first of them and ends with the last</td></tr>
   * <tr><td>{@code /path/to/socket}, {@code unix:///path/to/socket}</td><td>the peer that listens on this Unix socket</td></tr>
   * <tr><td>{@code http://HOST:PORT}, {@code https://HOST:PORT}</td><td>the peer that is served over HTTP there; its objects are fetched into
   * shared memory of this host. One that asks for a token: {@link #connect(URI, HttpClientOptions)}</td></tr>
   * <tr><td>{@code network:NAME}, {@code network:ADDRESS,ADDRESS}</td><td>several peers that act as one, with packice-cluster on the class path</td></tr>
   * </table>
   *
   * @param address where the peer is
   * @return a client; the caller closes it
   * @throws io.packice.core.PeerUnavailableException if no peer listens there; the message says how to start one
   * @throws io.packice.core.NotPermittedException if the peer asks for a token
   * @throws IllegalArgumentException if the address has none of these forms
   */
  public static PackiceClient connect(String address) {
    if (address.startsWith(MEMORY_SCHEME)) {
      return new PackiceClient(NamedPeers.openSession(address.substring(MEMORY_SCHEME.length())));
    }
    Optional<PeerScheme> scheme = PeerScheme.of(address);
    if (scheme.isPresent()) {
      return connect(scheme.get(), address, HttpClientOptions.DEFAULT);
    }
    String lowerCase = address.toLowerCase(Locale.ROOT);
    if (lowerCase.startsWith("http://") || lowerCase.startsWith("https://")) {
      return connect(address, HttpClientOptions.DEFAULT);
    }
    if (lowerCase.matches("[a-z][a-z0-9+.-]*://.*") && !address.startsWith("unix://")) {
      throw new IllegalArgumentException(
          "Cannot connect to " + address
              + ": unknown scheme; use memory://NAME, the path of a Unix socket or http://HOST:PORT");
    }
    return connect(UdsAddress.parse(address));
  }

  private static PackiceClient connect(PeerScheme scheme, String address, HttpClientOptions options) {
    Peer peer = scheme.open(address, options);
    try {
      return new PackiceClient(new ClientSession(peer.openSession(Caller.thisProcess()), peer::close));
    } catch (Throwable failure) {
      peer.close();
      throw failure;
    }
  }

  /**
   * Connects to the peer that is served over HTTP at an address, which is text; or to a network, some of whose peers are.
   *
   * @param address such as {@code https://data.example:7225} or {@code network:demo}
   * @param options the peer's token, whom to trust, and how to speak to it
   * @return a client; the caller closes it
   * @throws io.packice.core.PeerUnavailableException if no peer answers there
   * @throws io.packice.core.NotPermittedException if the peer asks for a token, and the options have none or another one
   * @throws IllegalArgumentException if the address is not one of HTTP, or the certificates cannot be used
   */
  public static PackiceClient connect(String address, HttpClientOptions options) {
    Objects.requireNonNull(options, "options");
    Optional<PeerScheme> scheme = PeerScheme.of(address);
    if (scheme.isPresent()) {
      return connect(scheme.get(), address, options);
    }
    try {
      return connect(new URI(address), options);
    } catch (URISyntaxException e) {
      throw new IllegalArgumentException(
          "Cannot connect to " + address + ": it is not of the form http://HOST:PORT or https://HOST:PORT; give it so",
          e);
    }
  }

  /**
   * Connects to the peer that listens on a Unix socket.
   *
   * @param socket the socket's path
   * @return a client; the caller closes it
   * @throws io.packice.core.PeerUnavailableException if no peer listens there; the message says how to start one
   */
  public static PackiceClient connect(Path socket) {
    return new PackiceClient(new ClientSession(UdsSession.connect(socket), () -> {
    }));
  }

  /**
   * Connects to the peer that is served over HTTP at an address.
   *
   * @param address such as {@code http://127.0.0.1:7225}
   * @param options the peer's token, whom to trust, and how to speak to it
   * @return a client; the caller closes it
   * @throws io.packice.core.PeerUnavailableException if no peer answers there
   * @throws io.packice.core.NotPermittedException if the peer asks for a token, and the options have none or another one
   * @throws IllegalArgumentException if the address is not one of HTTP, or the certificates cannot be used
   */
  public static PackiceClient connect(URI address, HttpClientOptions options) {
    return new PackiceClient(new ClientSession(HttpSession.connect(address, options), () -> {
    }));
  }

  /**
   * Uses a peer of this process directly, with no protocol in between. The peer stays the caller's: it outlives the client.
   *
   * @param peer the peer
   * @return a client; the caller closes it
   * @throws IllegalStateException if the peer is closed
   */
  public static PackiceClient connect(Peer peer) {
    return new PackiceClient(new ClientSession(peer.openSession(Caller.thisProcess()), () -> {
    }));
  }

  /**
   * Where the peer is unless somebody says so: what the environment of this process says, as for the command line.
   *
   * <ol>
   * <li>{@code $PACKICE_PEER}, any address, such as {@code http://HOST:PORT}
   * <li>{@code $PACKICE_SOCKET}, the path of a Unix socket
   * <li>{@code packice.sock} in {@code $XDG_RUNTIME_DIR}
   * <li>{@code packice-USER.sock} in the temporary folder
   * </ol>
   *
   * <p>A variable that is empty counts as one that is not there. The address of a peer that asks for a token, or for certificates of its own, is for
   * {@link #connect(String, HttpClientOptions)}: {@link #connect(String)} does not read {@code $PACKICE_TOKEN_FILE} and {@code $PACKICE_TLS_TRUST}.
   *
   * @return an address for {@link #connect(String)}
   */
  public static String defaultAddress() {
    return defaultAddress(System.getenv());
  }

  /**
   * Like {@link #defaultAddress()}, by other variables than those of this process.
   *
   * @param environment values by the names of variables; those of the list there are looked at
   * @return an address for {@link #connect(String)}
   */
  public static String defaultAddress(Map<String, String> environment) {
    for (String variable : ADDRESS_VARIABLES) {
      String value = environment.get(variable);
      if (value != null && !value.isBlank()) {
        return value;
      }
    }
    return UdsAddress.defaultSocket(environment).toString();
  }
}
