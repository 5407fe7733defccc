package io.packice.arrow;

import static org.assertj.core.api.Assertions.assertThat;

import io.packice.Packice;
import io.packice.PackiceClient;
import io.packice.arrow.manifest.DraftParts;
import io.packice.arrow.manifest.TableDescription;
import io.packice.contract.LeakCheck;
import io.packice.core.Caller;
import io.packice.core.Peer;
import io.packice.core.Session;
import io.packice.peers.MemoryPeer;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Parts are frozen by whoever writes them, so that a commit has names to seal and little else. */
final class FrozenPartsTest {
  private static final TableOptions SMALL = TableOptions.defaults().withPartBytes(1);

  private final MemoryPeer peer = MemoryPeer.create(1L << 24);
  /** What takes long, and the thread that asked for it. */
  private final List<String> asked = new CopyOnWriteArrayList<>();
  private final PackiceClient client = Packice.connect(new Recorded());
  private final ArrowTables tables = new ArrowTables(client);
  private final RootAllocator allocator = new RootAllocator(Long.MAX_VALUE);

  /** The peer, and who freezes and seals when. */
  private final class Recorded implements Peer {
    @Override
    public Session openSession(Caller caller) {
      Session session = peer.openSession(caller);
      return (Session) Proxy.newProxyInstance(Session.class.getClassLoader(), new Class<?>[] {Session.class},
          (_, method, arguments) -> {
            if (method.getName().equals("freeze") || method.getName().equals("seal")) {
              asked.add(method.getName() + " by " + Thread.currentThread().getName());
            }
            try {
              return method.invoke(session, arguments);
            } catch (InvocationTargetException thrown) {
              throw thrown.getCause();
            }
          });
    }

    @Override
    public void close() {
      peer.close();
    }
  }

  @AfterEach
  void close() {
    allocator.close();
    client.close();
    peer.close();
    LeakCheck.assertNothingHeld();
  }

  private VectorSchemaRoot numbers(long value) {
    VectorSchemaRoot root = VectorSchemaRoot.create(TableFixture.NUMBERS, allocator);
    ((BigIntVector) root.getVector(0)).setSafe(0, value);
    root.setRowCount(1);
    return root;
  }

  @Test
  void eachPartIsFrozenInTheThreadThatWroteIt() throws InterruptedException {
    Thread.currentThread().setName("main");
    try (TableWriter writer = tables.create("t", TableFixture.NUMBERS, SMALL)) {
      TableBranch branch = writer.branch();
      Thread other = Thread.ofPlatform().name("other").start(() -> {
        try (VectorSchemaRoot batch = numbers(1)) {
          branch.write(batch);
          branch.finish();
        }
      });
      other.join();
      branch.close();
      try (VectorSchemaRoot batch = numbers(2)) {
        writer.write(batch);
      }
      writer.commit();
    }
    assertThat(asked).containsExactly("freeze by other", "freeze by main", "seal by main");
  }

  @Test
  void partsAreFrozenWhenTheyAreHandedOver() {
    Thread.currentThread().setName("main");
    DraftParts parts;
    try (PartsWriter writer = tables.parts("t", TableFixture.NUMBERS, SMALL, Duration.ofMinutes(1));
        VectorSchemaRoot batch = numbers(1)) {
      writer.write(batch);
      writer.write(batch);
      parts = writer.handOver();
    }
    assertThat(asked).containsExactly("freeze by main", "freeze by main");
    try (TableChange change = tables.change("t", Duration.ZERO)) {
      change.keep(parts);
      var _ = change.commit(_ -> TableDescription.of("t", TableFixture.NUMBERS).withParts(parts.parts()));
    }
    assertThat(asked).hasSize(3).endsWith("seal by main");
  }
}
