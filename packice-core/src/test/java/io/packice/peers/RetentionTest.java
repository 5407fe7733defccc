package io.packice.peers;

import static org.assertj.core.api.Assertions.assertThat;

import io.packice.core.ObjectId;
import io.packice.core.Retention;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Random readers and versions against looking at all of them each time. */
final class RetentionTest {
  private static final int HISTORIES = 300;
  private static final int STEPS = 300;

  private final Retention<Version> retention = new Retention<>();
  private final List<Version> versions = new ArrayList<>(); // which are there, or were
  private final Set<Version> kept = new HashSet<>();
  private final List<Reader> readers = new ArrayList<>();
  private final List<Long> moments = new ArrayList<>();

  private static final class Version {
    final String id;
    final String group;
    final long cameAt;
    long leftAt = Long.MAX_VALUE;

    Version(String id, String group, long cameAt) {
      this.id = id;
      this.group = group;
      this.cameAt = cameAt;
    }

    boolean livedAt(long asOf) {
      return cameAt <= asOf && asOf < leftAt;
    }
  }

  private record Reader(String group, long asOf) {
  }

  private Set<Version> wanted() {
    Set<Version> wanted = new HashSet<>();
    for (Version version : versions) {
      if (version.leftAt != Long.MAX_VALUE
          && readers.stream().anyMatch(reader -> reader.group.equals(version.group) && version.livedAt(reader.asOf))) {
        wanted.add(version);
      }
    }
    return wanted;
  }

  private void leave(Version version) {
    long leftAt = retention.leave(version, new ObjectId(version.id), version.group, version.cameAt);
    version.leftAt = retention.now();
    assertThat(leftAt).isEqualTo(wanted().contains(version) ? version.leftAt : 0);
    if (leftAt != 0) {
      kept.add(version);
    }
  }

  private void step(SplittableRandom random) {
    String group = "group-" + random.nextInt(2);
    String id = group + "/" + random.nextInt(3);
    Version now = versions.stream().filter(each -> each.id.equals(id) && each.leftAt == Long.MAX_VALUE).findFirst()
        .orElse(null);
    switch (random.nextInt(4)) {
      case 0 -> {
        if (now != null) {
          leave(now);
        }
        versions.add(new Version(id, group, retention.next()));
      }
      case 1 -> {
        if (now != null) {
          leave(now);
        }
      }
      case 2 -> {
        long asOf = moments.isEmpty() || random.nextBoolean() ? retention.now()
            : moments.get(random.nextInt(moments.size()));
        moments.add(asOf);
        readers.add(new Reader(group, asOf));
        retention.begin(group, asOf);
      }
      default -> {
        if (!readers.isEmpty()) {
          Reader reader = readers.remove(random.nextInt(readers.size()));
          List<Version> over = retention.end(reader.group, reader.asOf);
          assertThat(kept).containsAll(over);
          assertThat(over).noneMatch(wanted()::contains);
          over.forEach(kept::remove);
        }
      }
    }
  }

  @Test
  void whatStaysIsWhatSomebodyMayAskFor() {
    long seed = Long.getLong("packice.seed", System.nanoTime());
    System.out.println("RetentionTest: seed " + seed);
    SplittableRandom random = new SplittableRandom(seed);
    for (int history = 0; history < HISTORIES; history++) {
      for (int i = 0; i < STEPS; i++) {
        step(random);
        // who begins as of an earlier time finds what others of that time keep, and brings nothing back
        assertThat(wanted()).as("seed %d, history %d, step %d", seed, history, i).containsAll(kept);
        for (Version version : versions) {
          if (!kept.contains(version)) {
            assertThat(retention.find(new ObjectId(version.id), version.cameAt)).isNull();
          }
        }
        for (Version version : kept) {
          assertThat(retention.find(new ObjectId(version.id), version.cameAt)).isSameAs(version);
          assertThat(retention.find(new ObjectId(version.id), version.leftAt - 1)).isSameAs(version);
        }
        assertThat(retention.isRead("group-0"))
            .isEqualTo(readers.stream().anyMatch(reader -> reader.group.equals("group-0")));
      }
      readers.forEach(reader -> kept.removeAll(retention.end(reader.group, reader.asOf)));
      readers.clear();
      assertThat(kept).as("seed %d, history %d: nobody is left", seed, history).isEmpty();
      versions.removeIf(version -> version.leftAt != Long.MAX_VALUE);
    }
  }

  @Test
  void numbersGrowOverLivesAndFitADouble() {
    Retention<String> later = new Retention<>();
    assertThat(later.now()).isGreaterThanOrEqualTo(retention.now()).isLessThan(1L << 52);
    assertThat(later.next()).isEqualTo(later.now());
  }

  @Test
  void whatHasNotLeftAfterAllIsNotKept() {
    ObjectId id = new ObjectId("object");
    retention.begin("group", retention.now());
    long asOf = retention.now();
    Version version = new Version("object", "group", 0);
    long leftAt = retention.leave(version, id, "group", 0);
    assertThat(retention.find(id, asOf)).isSameAs(version);
    assertThat(retention.takeBack(id, "group", leftAt)).isTrue();
    assertThat(retention.takeBack(id, "group", leftAt)).isFalse();
    assertThat(retention.find(id, asOf)).isNull();
    assertThat(retention.end("group", asOf)).isEmpty();
  }
}
