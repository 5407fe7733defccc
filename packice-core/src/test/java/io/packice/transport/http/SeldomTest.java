package io.packice.transport.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

final class SeldomTest {
  @Test
  void whatHappensOftenIsSaidSeldomAndCounted() {
    AtomicLong now = new AtomicLong(Long.MAX_VALUE - 1); // nanoTime may wrap
    Seldom seldom = new Seldom(Duration.ofNanos(10), now::get);
    List<String> said = new ArrayList<>();
    for (int i = 0; i < 25; i++) {
      seldom.event(said::add);
      now.incrementAndGet();
    }
    assertThat(said).containsExactly("", " (9 more since the last such line)", " (9 more since the last such line)");
  }
}
