package io.packice.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What services do when they fail, and what becomes of it. */
class FaultsTest {
  private final FaultyService service = new FaultyService();
  private final List<Duration> pauses = new ArrayList<>();

  private static byte[] bytes(int count) {
    byte[] bytes = new byte[count];
    new Random(count).nextBytes(bytes);
    return bytes;
  }

  @Test
  void whatBreaksOffGoesOnFromWhereItWas() {
    service.contents = new byte[][] {bytes(100_000)};
    service.breaksAfter = 30_000;
    try (Storage storage = service.storage(pauses::add)) {
      assertThat(storage.node("f:x").read()).isEqualTo(service.contents[0]);
      assertThat(service.streams).hasValue(4); // 30,000 each, then the end
      assertThat(service.opened).hasValue(1);
    }
  }

  @Test
  void butNotForEver() {
    service.contents = new byte[][] {bytes(100_000)};
    service.breaksAfter = 10;
    try (Storage storage = service.storage(pauses::add)) {
      assertThatExceptionOfType(UnavailableException.class)
          .isThrownBy(() -> storage.node("f:x").copyTo(storage.node("m:x"), CopyOptions.DEFAULT))
          .withMessage("Cannot read f:x: its service broke off at byte 50 of 100000, attempt 5; try again later");
      assertThat(service.streams).hasValue(RetryPolicy.DEFAULT.attempts());
      assertThat(storage.node("m:x").exists()).isFalse();
      assertThat(pauses).hasSize(4).allSatisfy(pause -> assertThat(pause).isLessThan(Duration.ofSeconds(1)));
    }
  }

  @Test
  void fewerBytesThanSaidAreRefused() {
    service.contents = new byte[][] {bytes(1_000)};
    service.endsAfter = 10;
    try (Storage storage = service.storage(pauses::add)) {
      assertThatExceptionOfType(UnavailableException.class).isThrownBy(() -> storage.node("f:x").read())
          .withMessageContaining("ended at byte 50 of 1000");
    }
  }

  @Test
  void aSourceThatChangesIsBegunAnewOnce() {
    service.contents = new byte[][] {bytes(1_000), bytes(2_000)};
    service.breaksAfter = 500;
    service.breaks = 1;
    service.changes = 1;
    try (Storage storage = service.storage(pauses::add)) {
      storage.node("f:x").copyTo(storage.node("m:x"), CopyOptions.DEFAULT);
      assertThat(storage.node("m:x").read()).isEqualTo(service.contents[1]);
      assertThat(service.opened).hasValue(2);
    }
  }

  @Test
  void oneThatChangesAgainIsRefused() {
    service.contents = new byte[][] {bytes(1_000)};
    service.breaksAfter = 500;
    service.changes = 2;
    try (Storage storage = service.storage(pauses::add)) {
      storage.node("m:x").writeText("kept");
      assertThatExceptionOfType(ChangedException.class)
          .isThrownBy(() -> storage.node("f:x").copyTo(storage.node("m:x"), CopyOptions.DEFAULT))
          .withMessageContaining("f:x");
      assertThat(storage.node("m:x").readText()).isEqualTo("kept");
      assertThat(service.opened).hasValue(2);
    }
  }

  @Test
  void questionsAreRepeatedWithGrowingPauses() {
    service.failures = 4;
    try (Storage storage = service.storage(pauses::add)) {
      assertThat(storage.node("f:x").exists()).isTrue();
      assertThat(pauses).hasSize(4);
      for (int i = 0; i < 4; i++) {
        assertThat(pauses.get(i)).isLessThanOrEqualTo(RetryPolicy.DEFAULT.first().multipliedBy(1L << i));
      }
      service.failures = 5;
      assertThatExceptionOfType(UnavailableException.class).isThrownBy(() -> storage.node("f:x").exists())
          .withMessageContaining("out of order");
      service.failures = 3;
      storage.node("f:x").read(0, MemorySegment.ofArray(new byte[0]));
    }
  }

  @Test
  void jitterIsDrawnFromWhatThePauseMayBe() {
    RetryPolicy policy = new RetryPolicy(9, Duration.ofMillis(100), Duration.ofSeconds(1));
    Retry retry = new Retry(policy, pauses::add, () -> 1);
    UnavailableException passing = new UnavailableException("Cannot", true, null);
    assertThatExceptionOfType(UnavailableException.class).isThrownBy(() -> retry.call(() -> {
      throw passing;
    }));
    assertThat(pauses).extracting(Duration::toMillis).containsExactly(100L, 200L, 400L, 800L, 1_000L, 1_000L, 1_000L,
        1_000L);
    pauses.clear();
    assertThatExceptionOfType(UnavailableException.class).isThrownBy(() -> retry.call(() -> {
      throw new UnavailableException("Cannot", false, null);
    }));
    assertThat(pauses).isEmpty();
  }

  @Test
  void anInterruptedPauseEnds() {
    service.failures = 2;
    try (Storage storage = service.storage(_ -> {
      throw new InterruptedException();
    })) {
      assertThatExceptionOfType(UnavailableException.class).isThrownBy(() -> storage.node("f:x").exists());
      assertThat(Thread.interrupted()).isTrue();
    }
  }

  @Test
  void aFullTargetIsSaidAndKeepsWhatItHad() {
    try (Storage storage =
        Storage.builder().mount("a", "memory", Map.of()).mount("small", "memory", Map.of("capacity", 1_000)).build()) {
      storage.node("a:t/big").write(bytes(2_000));
      storage.node("a:t/small").write(bytes(900));
      storage.node("small:t/big").writeText("before");
      assertThatExceptionOfType(CopyException.class)
          .isThrownBy(() -> storage.node("a:t").copyTo(storage.node("small:t"), CopyOptions.DEFAULT.withParallel(1)))
          .withMessageContaining("do not fit into 1000").satisfies(e -> {
            assertThat(e.summary().copied()).isEqualTo(1);
            assertThat(e.summary().failures()).extracting(failure -> failure.node().path()).containsExactly("t/big");
          });
      assertThat(storage.node("small:t/small").read()).isEqualTo(bytes(900));
      assertThat(storage.node("small:t/big").readText()).isEqualTo("before");
    }
  }
}
