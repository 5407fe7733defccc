package io.packice.cluster.ring;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import com.dynatrace.hash4j.hashing.Hashing;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class RingTest {
  private static final List<String> KEYS = IntStream.range(0, 20_000).mapToObj(i -> "object/" + i).toList();

  private static Ring ring(int members) {
    return ring(members, "p");
  }

  private static Ring ring(int members, String prefix) {
    return Ring.of(IntStream.range(0, members).mapToObj(i -> new RingMember(prefix + i)).toList(), Ring.VIRTUAL_NODES);
  }

  // ---- the same for ever

  @Test
  void theHashIsWhatItsSpecificationSays() {
    assertThat(Hashing.xxh3_64().hashBytesToLong(new byte[0])).isEqualTo(0x2d06800538d394c2L);
  }

  /** Where objects lie depends on it: whoever changes this list loses them. */
  @Test
  void aThousandIdsLieWhereTheyAlwaysDid() throws IOException {
    Ring ring = ring(10);
    StringBuilder lines = new StringBuilder();
    for (int i = 0; i < 1_000; i++) {
      String id = i % 3 == 0 ? "mnist/train-" + i : i % 3 == 1 ? "größe " + i : Integer.toString(i * 7919);
      lines.append(id).append('\t').append(String.join(" ", ring.first(id, 3))).append('\n');
    }
    try (InputStream golden = RingTest.class.getResourceAsStream("golden.tsv")) {
      assertThat(lines.toString()).isEqualTo(new String(golden.readAllBytes(), UTF_8));
    }
  }

  @Test
  void theOrderOfTheMembersDoesNotMatter() {
    List<RingMember> members = new ArrayList<>(ring7.names().stream().map(RingMember::new).toList());
    Collections.reverse(members);
    Ring reversed = Ring.of(members, Ring.VIRTUAL_NODES);
    assertThat(KEYS).allSatisfy(key -> assertThat(reversed.first(key, 3)).isEqualTo(ring7.first(key, 3)));
  }

  private final Ring ring7 = ring(7);

  // ---- even

  @ParameterizedTest
  @ValueSource(strings = {"p", "peer-", "host", "10.0.0.", "/run/packice/"})
  void tenMembersHaveSharesWithinTenPercent(String prefix) {
    Ring ring = ring(10, prefix);
    assertThat(ring.shares().values()).allSatisfy(share -> assertThat(share).isBetween(0.09, 0.11));
    assertThat(ring.shares().values().stream().mapToDouble(Double::doubleValue).sum()).isCloseTo(1, within(1e-9));
  }

  @Test
  void keysFallAsTheSharesSay() {
    Ring ring = ring(10);
    Map<String, Integer> counts = new HashMap<>();
    KEYS.forEach(key -> counts.merge(ring.first(key, 1).getFirst(), 1, Integer::sum));
    ring.shares().forEach(
        (name, share) -> assertThat(counts.get(name) / (double) KEYS.size()).as(name).isCloseTo(share, within(0.01)));
  }

  @Test
  void aMemberOfTwiceTheWeightHasTwiceTheShare() {
    Ring ring =
        Ring.of(List.of(new RingMember("a", 2), new RingMember("b"), new RingMember("c", 0.5)), Ring.VIRTUAL_NODES);
    assertThat(ring.shares().get("a")).isCloseTo(2 / 3.5, within(0.03));
    assertThat(ring.shares().get("c")).isCloseTo(0.5 / 3.5, within(0.02));
  }

  // ---- who

  @Test
  void theFirstAreAllDifferentAndMoreBeginAlike() {
    for (String key : KEYS.subList(0, 500)) {
      List<String> all = ring7.first(key, 7);
      assertThat(new HashSet<>(all)).hasSize(7);
      assertThat(ring7.first(key, 2)).isEqualTo(all.subList(0, 2));
      assertThat(ring7.first(key, 9)).isEqualTo(all);
    }
    assertThat(ring7.first("x", 0)).isEmpty();
  }

  @Test
  void aRingOfNobodyHasNobody() {
    assertThat(ring(0).first("x", 3)).isEmpty();
    assertThat(ring(0).shares()).isEmpty();
    assertThat(ring(1).first("x", 3)).containsExactly("p0");
    assertThat(ring(1).shares()).containsExactly(Map.entry("p0", 1.0));
  }

  @Test
  void whatCannotBeIsRefused() {
    RingMember a = new RingMember("a");
    assertThatIllegalArgumentException().isThrownBy(() -> Ring.of(List.of(a, a), 1))
        .withMessageContaining("two members named a");
    assertThatIllegalArgumentException().isThrownBy(() -> Ring.of(List.of(a), 0)).withMessageContaining("0 virtual");
    assertThatIllegalArgumentException().isThrownBy(() -> new RingMember("a", 0)).withMessageContaining("weight 0");
    assertThatIllegalArgumentException().isThrownBy(() -> new RingMember("a", Double.NaN));
  }

  // ---- what moves

  @Test
  void whoJoinsTakesItsShareAndNothingElseMoves() {
    Ring before = ring(10);
    Ring after = ring(11);
    long moved = 0;
    for (String key : KEYS) {
      List<String> old = before.first(key, 2);
      List<String> now = after.first(key, 2);
      if (now.contains("p10")) {
        moved++;
        assertThat(old).containsAll(now.stream().filter(name -> !name.equals("p10")).toList());
      } else {
        assertThat(now).isEqualTo(old);
      }
    }
    assertThat(moved / (double) KEYS.size()).as("of two copies each").isCloseTo(2 / 11.0, within(0.03));
  }

  @Test
  void whoLeavesGivesItsShareAndNothingElseMoves() {
    Ring before = ring(10);
    Ring after = Ring.of(before.names().stream().filter(name -> !name.equals("p4")).map(RingMember::new).toList(),
        Ring.VIRTUAL_NODES);
    for (String key : KEYS) {
      List<String> rest = before.first(key, 10).stream().filter(name -> !name.equals("p4")).toList();
      assertThat(after.first(key, 9)).isEqualTo(rest);
    }
  }
}
