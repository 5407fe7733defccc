package io.packice.cluster.state;

import io.packice.core.NotFoundException;
import io.packice.core.StorageException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * What this host knows of peers and networks.
 *
 * <pre>
 *   peer/p0.json          a peer that was started here: id, address, pid, log
 *   peer/registry.json    every peer that is known here, with its address
 *   network/demo.json     name, peers, replicas, vnodes
 *   stats/demo.json       what clients of the network counted, by peer
 *   lock                  held while something changes
 * </pre>
 *
 * <p>Each file is changed as a whole or not at all. Who changes something takes turns with others, also of other processes. Safe from any thread.
 */
public final class StateFolder {
  private static final String SUFFIX = ".json";
  /** A lock of a file is its process's; within one, threads take turns by this. */
  private static final ReentrantLock TURN = new ReentrantLock();

  private final Path folder;

  private StateFolder(Path folder) {
    this.folder = folder;
  }

  /**
   * A folder of state. It is made when something is written.
   *
   * @param folder where it is
   * @return the folder
   */
  public static StateFolder at(Path folder) {
    return new StateFolder(folder.toAbsolutePath().normalize());
  }

  /**
   * The usual one: {@code $PACKICE_STATE}, otherwise {@code packice} in {@code $XDG_STATE_HOME}, otherwise in {@code ~/.local/state}.
   *
   * @param environment values by the names of variables
   * @return the folder
   */
  public static StateFolder usual(Map<String, String> environment) {
    String own = environment.getOrDefault("PACKICE_STATE", "");
    if (!own.isBlank()) {
      return at(Path.of(own));
    }
    String state = environment.getOrDefault("XDG_STATE_HOME", "");
    return at((state.isBlank() ? Path.of(System.getProperty("user.home"), ".local", "state") : Path.of(state))
        .resolve("packice"));
  }

  /**
   * Where it is.
   *
   * @return an absolute path
   */
  public Path path() {
    return folder;
  }

  // ---- peers

  /**
   * Where a peer that is started here has its socket, log and data.
   *
   * @param id what the peer is called
   * @param suffix such as {@code .sock}
   * @return a path in this folder
   */
  public Path peerFile(String id, String suffix) {
    return folder.resolve("peer").resolve(StateNames.require("peer", id) + suffix);
  }

  /**
   * A peer that was started here.
   *
   * @param id what it is called
   * @return what its file says; empty if there is none
   * @throws StorageException if the file is damaged; the message says which
   */
  public Optional<PeerRecord> peer(String id) {
    return StateFile.read(peerFile(id, SUFFIX), PeerRecord.class);
  }

  /**
   * The peers that were started here.
   *
   * @return in the order of their ids
   * @throws StorageException if a file is damaged; the message says which
   */
  public List<PeerRecord> peers() {
    return names("peer").stream().filter(id -> !id.equals("registry")).flatMap(id -> peer(id).stream()).toList();
  }

  /**
   * Keeps what is known of a peer that was started here.
   *
   * @param peer the peer
   */
  public void save(PeerRecord peer) {
    write(peerFile(peer.id(), SUFFIX), peer);
    learn(peer.id(), peer.address());
  }

  /**
   * Forgets a peer: what was started here of that id, and where it is.
   *
   * @param id what it is called
   */
  public void forget(String id) {
    boolean _ = locked(() -> {
      Registry known = registry();
      if (known.address(id).isPresent()) {
        write(registryFile(), known.without(id));
      }
      return StateFile.delete(peerFile(id, SUFFIX));
    });
  }

  /**
   * Remembers where a peer is.
   *
   * @param id what it is called
   * @param address where it is
   */
  public void learn(String id, String address) {
    boolean _ = locked(() -> {
      Registry known = registry();
      boolean isNew = !known.address(id).equals(Optional.of(address));
      if (isNew) {
        write(registryFile(), known.with(id, address));
      }
      return isNew;
    });
  }

  /**
   * Who is known.
   *
   * @return all peers
   * @throws StorageException if the file is damaged
   */
  public Registry registry() {
    return StateFile.read(registryFile(), Registry.class).orElse(Registry.EMPTY);
  }

  private Path registryFile() {
    return folder.resolve("peer").resolve("registry" + SUFFIX);
  }

  // ---- networks

  /**
   * A network.
   *
   * @param name what it is called
   * @return what its file says
   * @throws NotFoundException if there is none; the message says which there are
   * @throws StorageException if the file is damaged
   */
  public NetworkRecord network(String name) {
    return findNetwork(name).orElseThrow(() -> {
      List<String> known = networks();
      return new NotFoundException("Cannot find the network " + name + " in " + folder + ": "
          + (known.isEmpty() ? "there is none" : "there are " + String.join(", ", known))
          + "; make it with: packice network create " + name);
    });
  }

  /**
   * A network, if there is one.
   *
   * @param name what it is called
   * @return what its file says
   * @throws StorageException if the file is damaged
   */
  public Optional<NetworkRecord> findNetwork(String name) {
    return StateFile.read(networkFile(name), NetworkRecord.class);
  }

  private Path networkFile(String name) {
    return folder.resolve("network").resolve(StateNames.require("network", name) + SUFFIX);
  }

  /**
   * The networks that there are.
   *
   * @return their names in order
   */
  public List<String> networks() {
    return names("network");
  }

  /**
   * Keeps a network.
   *
   * @param network the network
   */
  public void save(NetworkRecord network) {
    write(networkFile(network.name()), network);
  }

  /**
   * Changes a network.
   *
   * @param name what it is called
   * @param change what it becomes; called while nobody else changes it
   * @return what it has become
   * @throws NotFoundException if there is none
   */
  public NetworkRecord change(String name, UnaryOperator<NetworkRecord> change) {
    return locked(() -> {
      NetworkRecord changed = change.apply(network(name));
      save(changed);
      return changed;
    });
  }

  /**
   * Deletes a network's file, and what was counted for it. Its peers go on.
   *
   * @param name what it is called
   * @return whether there was one
   */
  public boolean deleteNetwork(String name) {
    boolean _ = StateFile.delete(statsFile(name));
    return StateFile.delete(networkFile(name));
  }

  // ---- statistics

  /**
   * What clients of a network counted.
   *
   * @param name what it is called
   * @return the sums until now
   * @throws StorageException if the file is damaged
   */
  public NetworkCounts counts(String name) {
    return StateFile.read(statsFile(name), NetworkCounts.class).orElse(NetworkCounts.NONE);
  }

  /**
   * Adds what one client counted.
   *
   * @param name the network
   * @param counted by this client
   */
  public void addCounts(String name, NetworkCounts counted) {
    NetworkCounts _ = locked(() -> {
      NetworkCounts sum = counts(name).plus(counted);
      write(statsFile(name), sum);
      return sum;
    });
  }

  private Path statsFile(String name) {
    return folder.resolve("stats").resolve(StateNames.require("network", name) + SUFFIX);
  }

  // ---- together

  /**
   * Does something while nobody else, in this process or another, does so with this folder.
   *
   * @param work what to do
   * @param <T> what comes of it
   * @return that
   */
  public <T> T locked(Supplier<T> work) {
    TURN.lock();
    try {
      if (TURN.getHoldCount() > 1) { // this thread has it already
        return work.get();
      }
      Files.createDirectories(folder,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
      try (FileChannel channel =
          FileChannel.open(folder.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
          var _ = channel.lock()) {
        return work.get();
      }
    } catch (IOException e) {
      throw new StorageException("Cannot use the state in " + folder + ": " + e
          + "; look at its permissions, or name another folder (--state)", e);
    } finally {
      TURN.unlock();
    }
  }

  private void write(Path file, Object value) {
    Path _ = locked(() -> {
      try {
        Files.createDirectories(file.getParent());
      } catch (IOException e) {
        throw new StorageException("Cannot make " + file.getParent() + ": " + e, e);
      }
      StateFile.write(file, value);
      return file;
    });
  }

  private List<String> names(String kind) {
    Path files = folder.resolve(kind);
    if (!Files.isDirectory(files)) {
      return List.of();
    }
    try (Stream<Path> all = Files.list(files)) {
      return all.map(file -> file.getFileName().toString()).filter(name -> name.endsWith(SUFFIX))
          .map(name -> name.substring(0, name.length() - SUFFIX.length())).sorted().toList();
    } catch (IOException e) {
      throw new StorageException("Cannot read " + files + ": " + e + "; look at its permissions", e);
    }
  }
}
