package io.packice.peers;

import static org.assertj.core.api.Assertions.assertThat;

import io.packice.ObjectWriter;
import io.packice.Packice;
import io.packice.PackiceClient;
import io.packice.backends.memory.InMemoryLeaseStore;
import io.packice.backends.memory.MemfdBlobStore;
import io.packice.contract.ManualTime;
import io.packice.core.AcquireRequest;
import io.packice.core.LocalPeer;
import io.packice.core.ObjectId;
import io.packice.core.Peer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Who runs a peer can see what was evicted, and for whom. */
final class EvictionLogTest {
  private static final long PAGE = 4096;
  private static final Logger LOGGER = Logger.getLogger("io.packice.peer");

  private final ManualTime time = new ManualTime();
  private final List<String> lines = new CopyOnWriteArrayList<>();
  private final Handler handler = new Handler() {
    @Override
    public void publish(LogRecord record) {
      if (record.getMessage().startsWith("Evicted")) {
        lines.add(record.getMessage());
      }
    }

    @Override
    public void flush() {
      // nothing is kept back
    }

    @Override
    public void close() {
      // nothing is open
    }
  };

  @BeforeEach
  void listen() {
    LOGGER.addHandler(handler);
    LOGGER.setUseParentHandlers(false);
  }

  @AfterEach
  void stopListening() {
    LOGGER.removeHandler(handler);
    LOGGER.setUseParentHandlers(true);
  }

  private Peer open(long pages) {
    return new LocalPeer(new MemfdBlobStore(), new InMemoryLeaseStore(time), pages * PAGE, time);
  }

  private static void put(PackiceClient client, String id, long pages, @Nullable String group) {
    AcquireRequest request = AcquireRequest.create(new ObjectId(id), List.of(pages * PAGE)).withGroup(group);
    try (ObjectWriter writer = client.create(request)) {
      writer.seal();
    }
  }

  @Test
  void anObjectAndAGroupAreALineEachThatSaysForWhat() {
    try (Peer peer = open(8); PackiceClient client = Packice.connect(peer)) {
      put(client, "alone", 1, null);
      put(client, "t", 1, "t");
      put(client, "t/1", 2, "t");
      put(client, "other", 2, null);
      put(client, "new", 6, null);
    }
    assertThat(lines).containsExactly(
        "Evicted alone (1 object, 4096 bytes) to make room for new (24576 bytes)",
        "Evicted t (2 objects, 12288 bytes) to make room for new (24576 bytes)");
  }

  @Test
  void pastABurstThereIsALineASecondWhichCountsTheOthers() {
    try (Peer peer = open(1); PackiceClient client = Packice.connect(peer)) {
      for (int i = 0; i < 1_000; i++) {
        put(client, "o" + i, 1, null);
      }
      assertThat(lines).hasSize(50);
      time.advance(Duration.ofSeconds(1));
      put(client, "later", 1, null);
      put(client, "too many", 1, null);
      assertThat(lines).hasSize(51).last().asString()
          .isEqualTo("Evicted o999 (1 object, 4096 bytes) to make room for later (4096 bytes), and 949 more since the"
              + " line before");
      time.advance(Duration.ofHours(1));
      for (int i = 0; i < 100; i++) {
        put(client, "p" + i, 1, null);
      }
      assertThat(lines).hasSize(101);
    }
    assertThat(lines).as("at the end of the peer").hasSize(102).last().asString()
        .isEqualTo("Evicted 50 more since the line before");
  }
}
