package io.packice;

import io.packice.core.Peer;
import io.packice.transport.http.HttpClientOptions;
import java.util.Optional;
import java.util.ServiceLoader;

/**
 * A kind of address that another module knows, such as {@code network:NAME}. Found by {@link ServiceLoader}, when somebody
 * {@linkplain Packice#connect(String) connects} to an address that begins with its name and a colon.
 */
public interface PeerScheme {
  /**
   * What its addresses begin with.
   *
   * @return lower-case letters, without the colon
   */
  String name();

  /**
   * What is behind an address.
   *
   * @param address all of it
   * @param options how to speak to those peers behind it that are reached over HTTP
   * @return a peer; the client that asked closes it
   * @throws io.packice.core.PeerUnavailableException if there is none, or nobody answers
   * @throws IllegalArgumentException if the address says something that cannot be
   */
  Peer open(String address, HttpClientOptions options);

  /**
   * The one that an address belongs to.
   *
   * @param address such as {@code network:demo}
   * @return empty if it belongs to none, as the path of a socket does
   * @throws IllegalArgumentException if it is a network's, and the module that knows those is not there
   */
  static Optional<PeerScheme> of(String address) {
    int colon = address.indexOf(':');
    if (colon < 2 || address.startsWith("//", colon + 1)
        || !address.chars().limit(colon).allMatch(c -> c >= 'a' && c <= 'z')) {
      return Optional.empty();
    }
    String name = address.substring(0, colon);
    Optional<PeerScheme> found = ServiceLoader.load(PeerScheme.class, PeerScheme.class.getClassLoader()).stream()
        .map(ServiceLoader.Provider::get).filter(scheme -> scheme.name().equals(name)).findFirst();
    if (found.isEmpty() && name.equals("network")) {
      throw new IllegalArgumentException("Cannot connect to " + address
          + ": the module packice-cluster, which knows networks, is not on the class path; add it");
    }
    return found;
  }
}
