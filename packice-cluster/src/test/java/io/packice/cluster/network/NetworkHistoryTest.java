package io.packice.cluster.network;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.packice.LeasedObject;
import io.packice.ObjectWriter;
import io.packice.Packice;
import io.packice.PackiceClient;
import io.packice.contract.LeakCheck;
import io.packice.contract.MemoryDisk;
import io.packice.core.AcquireRequest;
import io.packice.core.AcquireRequest.IfExists;
import io.packice.core.AlreadyExistsException;
import io.packice.core.NotFoundException;
import io.packice.core.ObjectId;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Random histories of two clients of three peers, one of which at a time is killed and started again, beside a map: what was acknowledged is read, by both, and
 * what was discarded is not.
 */
final class NetworkHistoryTest {
  private static final int PEERS = 3;
  private static final int STEPS = 60;
  private static final List<String> IDS = List.of("a", "b", "c", "g", "g/1", "g/2");

  @TempDir(factory = MemoryDisk.class) Path folder;

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void whatWasAcknowledgedIsReadWhoeverDies(boolean isFiles) throws IOException {
    histories(6, isFiles);
  }

  @Tag("nightly")
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void whatWasAcknowledgedIsReadInManyHistories(boolean isFiles) throws IOException {
    histories(100, isFiles);
  }

  private void histories(int count, boolean isFiles) throws IOException {
    Long given = Long.getLong("packice.seed");
    long first = given != null ? given : System.nanoTime();
    for (long seed = first; seed < first + (given != null ? 1 : count); seed++) {
      Path own = Files.createDirectory(folder.resolve((isFiles ? "f" : "m") + (seed - first)));
      History history = new History(new Peers(own, PEERS, isFiles), seed, isFiles);
      try {
        history.run();
      } catch (Throwable failure) {
        throw new AssertionError("-Dpackice.seed=" + seed + (isFiles ? " over files: " : " in memory: ")
            + String.join("; ", history.done) + "; then " + history.peers.contents(), failure);
      } finally {
        history.close();
      }
      LeakCheck.assertNothingHeld();
    }
  }

  /** One of them. */
  private static final class History {
    final List<String> done = new ArrayList<>();
    private final Peers peers;
    private final Random random;
    private final boolean isFiles;
    private final int victim;
    private final List<PackiceClient> clients = new ArrayList<>();
    private final Map<String, String> model = new TreeMap<>();
    /** Who has sealed it: one that was written while a peer died may lie on one only, and is not read while that is away. */
    private final Map<String, List<String>> holders = new TreeMap<>();
    private final List<NetworkPeer> networks = new ArrayList<>();
    private int down = -1;
    private int number;

    History(Peers peers, long seed, boolean isFiles) {
      this.peers = peers;
      this.random = new Random(seed);
      this.isFiles = isFiles;
      this.victim = random.nextInt(PEERS);
      for (int i = 0; i < 2; i++) {
        networks.add(peers.open(2, false));
        clients.add(Packice.connect(networks.getLast()));
      }
    }

    void run() {
      for (int i = 0; i < STEPS; i++) {
        step();
        check(IDS.get(random.nextInt(IDS.size())));
      }
      bringBack();
      IDS.forEach(this::check);
      checkList();
    }

    private boolean isAway(String id) {
      return down >= 0 && model.containsKey(id) && holders.get(id).equals(List.of("p" + down));
    }

    private void step() {
      String id = IDS.get(random.nextInt(IDS.size()));
      if (isAway(id)) {
        bringBack();
      }
      PackiceClient client = clients.get(random.nextInt(clients.size()));
      switch (random.nextInt(12)) {
        case 0, 1, 2 -> put(client, id, IfExists.REPLACE, false);
        case 3 -> put(client, id, IfExists.FAIL, false);
        case 4 -> put(client, id, IfExists.REPLACE, true);
        case 5, 6 -> discard(client, id);
        case 7, 8, 9 -> {
          if (down < 0) {
            killOne();
          } else {
            bringBack();
          }
        }
        case 10 -> readThroughADeath(client, id);
        default -> checkList();
      }
    }

    /** A peer in memory is empty when it comes back: so it is always the same one, and what it has lost others have. */
    private void killOne() {
      down = isFiles ? random.nextInt(PEERS) : victim;
      done.add("kill p" + down);
      peers.kill(down);
    }

    private void bringBack() {
      if (down >= 0) {
        done.add("start p" + down);
        peers.start(down);
        down = -1;
      }
    }

    private void put(PackiceClient client, String id, IfExists ifExists, boolean isInterrupted) {
      String content = id + " " + ++number + " " + "x".repeat(random.nextInt(10_000));
      done.add("c" + clients.indexOf(client) + (ifExists == IfExists.FAIL ? " create " : " put ") + id + " " + number);
      AcquireRequest request = AcquireRequest.create(new ObjectId(id), List.of((long) content.length()))
          .withIfExists(ifExists).withGroup(id.startsWith("g") ? "g" : null);
      if (ifExists == IfExists.FAIL && model.containsKey(id)) {
        assertThatThrownBy(() -> client.create(request)).isInstanceOf(AlreadyExistsException.class);
        return;
      }
      try (ObjectWriter writer = client.create(request)) {
        writer.blob(0).segment().copyFrom(MemorySegment.ofArray(content.getBytes(UTF_8)));
        if (isInterrupted && down < 0) {
          killOne();
        } else if (isInterrupted) {
          bringBack();
        }
        writer.seal();
        model.put(id, content);
        holders.put(id, networks.getFirst().holders(id));
      }
    }

    private void discard(PackiceClient client, String id) {
      done.add("c" + clients.indexOf(client) + " discard " + id);
      if (model.remove(id) == null) {
        assertThatThrownBy(() -> client.discard(id)).isInstanceOf(NotFoundException.class);
      } else {
        client.discard(id);
      }
    }

    private void readThroughADeath(PackiceClient client, String id) {
      if (!model.containsKey(id) || down >= 0) {
        return;
      }
      try (LeasedObject object = client.get(id)) {
        killOne();
        assertThat(text(object)).isEqualTo(model.get(id));
      }
    }

    private void check(String id) {
      if (isAway(id)) {
        return;
      }
      for (PackiceClient client : clients) {
        if (model.containsKey(id)) {
          try (LeasedObject object = client.get(id)) {
            assertThat(text(object)).as(id).isEqualTo(model.get(id));
          }
        } else {
          assertThatThrownBy(() -> client.get(id).close()).as(id).isInstanceOf(NotFoundException.class);
        }
      }
    }

    private void checkList() {
      for (PackiceClient client : clients) {
        assertThat(client.list("").map(status -> status.object().id().value()))
            .containsExactlyElementsOf(model.keySet().stream().filter(id -> !isAway(id)).toList());
      }
    }

    private static String text(LeasedObject object) {
      return new String(object.blob(0).segment().toArray(ValueLayout.JAVA_BYTE), UTF_8);
    }

    void close() {
      clients.forEach(PackiceClient::close);
      peers.close();
    }
  }
}
