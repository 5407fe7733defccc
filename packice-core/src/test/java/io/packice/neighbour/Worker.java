package io.packice.neighbour;

import static org.assertj.core.api.Assertions.assertThat;

import io.packice.LeasedObject;
import io.packice.ObjectWriter;
import io.packice.Packice;
import io.packice.PackiceClient;
import io.packice.core.AcquireRequest;
import io.packice.core.AcquireRequest.IfExists;
import io.packice.core.CapacityExceededException;
import io.packice.core.ObjectId;
import io.packice.core.ObjectStatus;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;

/** A client that does its work and looks at each byte that it gets. What it makes it pins, since what nobody uses may be evicted by anybody. For one thread. */
final class Worker implements AutoCloseable {
  private static final int KEPT = 6;
  private static final int IDS = 16;
  private static final int MAX_BYTES = 128 << 10;

  private final String name;
  private final PackiceClient client;
  private final SplittableRandom random;
  /** What was acknowledged: the seed of what each id has. */
  private final Map<String, Long> made = new TreeMap<>();
  private final List<LeasedObject> kept = new ArrayList<>();
  private final List<Long> nanos = new ArrayList<>();
  private int refused;

  Worker(String name, String address, SplittableRandom random) {
    this.name = name + "/";
    this.client = Packice.connect(address);
    this.random = random;
    for (int i = 0; i < KEPT; i++) {
      String id = this.name + "kept-" + i;
      make(id);
      kept.add(client.get(id));
    }
  }

  /** One request, or the few that belong together. */
  void step() {
    long start = System.nanoTime();
    String id = name + random.nextInt(IDS);
    int roll = random.nextInt(100);
    if (roll < 25) {
      make(id);
    } else if (roll < 70) {
      read(made.keySet().stream().skip(random.nextInt(made.size())).findFirst().orElseThrow());
    } else if (roll < 80) {
      kept.forEach(object -> verify(object, object.id()));
    } else if (roll < 90) {
      verifyList();
    } else if (roll < 95 && made.containsKey(id)) {
      client.discard(id);
      made.remove(id);
    } else {
      client.stats();
    }
    nanos.add(System.nanoTime() - start);
  }

  private void make(String id) {
    long seed = random.nextLong();
    long bytes = 8L * (1 + new SplittableRandom(seed).nextInt(MAX_BYTES / 8));
    try (ObjectWriter writer =
        client.create(AcquireRequest.create(new ObjectId(id), List.of(bytes)).withIfExists(IfExists.REPLACE))) {
      MemorySegment segment = writer.blob(0).segment();
      segment.set(ValueLayout.JAVA_LONG, 0, seed);
      segment.set(ValueLayout.JAVA_LONG, bytes - 8, seed);
      writer.seal();
      client.pin(id);
    } catch (CapacityExceededException full) { // the other one may fill it with what it holds
      refused++;
      return;
    }
    made.put(id, seed);
  }

  private void read(String id) {
    try (LeasedObject object = client.get(id)) {
      verify(object, id);
    }
  }

  private void verify(LeasedObject object, String id) {
    long seed = made.get(id);
    MemorySegment segment = object.blob(0).segment();
    assertThat(segment.byteSize()).as("bytes of %s", id)
        .isEqualTo(8L * (1 + new SplittableRandom(seed).nextInt(MAX_BYTES / 8)));
    assertThat(segment.get(ValueLayout.JAVA_LONG, segment.byteSize() - 8)).as(id).isEqualTo(seed);
    if (segment.byteSize() > 8) {
      assertThat(segment.get(ValueLayout.JAVA_LONG, 0)).as(id).isEqualTo(seed);
    }
  }

  private void verifyList() {
    assertThat(client.list(name)).extracting(status -> status.object().id().value())
        .containsExactlyInAnyOrderElementsOf(made.keySet());
  }

  /** All that it made is there, as it was: after a start anew, too. */
  void verifyAll(PackiceClient with) {
    assertThat(with.list(name)).extracting(status -> status.object().id().value())
        .containsExactlyInAnyOrderElementsOf(made.keySet());
    made.keySet().forEach(id -> {
      try (LeasedObject object = with.get(id)) {
        verify(object, id);
      }
    });
  }

  List<ObjectStatus> everything() {
    return client.list("").toList();
  }

  /** What its steps took, the shortest first. */
  List<Long> sortedNanos() {
    return nanos.stream().sorted().toList();
  }

  int refused() {
    return refused;
  }

  PackiceClient client() {
    return client;
  }

  @Override
  public void close() {
    kept.forEach(LeasedObject::close);
    client.close();
  }
}
