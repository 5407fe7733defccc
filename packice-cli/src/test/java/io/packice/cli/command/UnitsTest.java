package io.packice.cli.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.packice.core.AcquireRequest;
import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UnitsTest {
  @ParameterizedTest
  @CsvSource({"1, 1", "4096B, 4096", "64k, 65536", "512MiB, 536870912", "1.5g, 1610612736", "4 GB, 4294967296",
      "2T, 2199023255552"})
  void readsBytes(String text, long bytes) {
    assertThat(ByteSize.parse(text).bytes()).isEqualTo(bytes);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "0", "-1", "g", "4x", "9999999999999999999p", "1e9", "0.0000001k"})
  void refusesWhatIsNoNumberOfBytes(String text) {
    assertThatIllegalArgumentException().isThrownBy(() -> ByteSize.parse(text))
        .withMessageStartingWith("Cannot use \"");
  }

  @ParameterizedTest
  @CsvSource({"0, 0 B", "1023, 1023 B", "1024, 1.0 KiB", "1536, 1.5 KiB", "10239, 10 KiB", "188160000, 179 MiB",
      "1023999, 1.0 MiB", "1048576, 1.0 MiB", "3221225472, 3.0 GiB", "9223372036854775807, 8192 PiB"})
  void writesBytes(long bytes, String text) {
    assertThat(ByteSize.format(bytes)).isEqualTo(text);
  }

  @ParameterizedTest
  @CsvSource({"500ms, PT0.5S", "90s, PT1M30S", "1.5h, PT1H30M", "7d, PT168H", "10M, PT10M"})
  void readsDurations(String text, Duration duration) {
    assertThat(Durations.parse(text)).isEqualTo(duration);
  }

  @ParameterizedTest
  @ValueSource(strings = {"1d", "36h", "90m", "90s", "1500ms"})
  void writesDurationsAsTheyAreRead(String text) {
    assertThat(Durations.exact(Durations.parse(text))).isEqualTo(text);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "0s", "10", "-1s", "s", "PT1S", "1w", "0.4ms", "36501d", "213503982335d", "999999999999d",
      "9223372036854775807ms", "9999999999999s"})
  void refusesWhatIsNoDuration(String text) {
    assertThatIllegalArgumentException().isThrownBy(() -> Durations.parse(text))
        .withMessageStartingWith("Cannot use \"");
  }

  /** The longest that a peer counts: more would wrap in nanoseconds, and in milliseconds before. */
  @ParameterizedTest
  @ValueSource(strings = {"36500d", "876000h"})
  void readsTheLongestThatAPeerCounts(String text) {
    assertThat(Durations.parse(text)).isEqualTo(AcquireRequest.MAX_DURATION);
  }

  @ParameterizedTest
  @CsvSource({"PT0.012S, 12ms", "PT3.44S, 3.4s", "PT59S, 59s", "PT5M, 5m", "PT3H, 3h", "PT100H, 4d"})
  void writesDurations(Duration duration, String text) {
    assertThat(Durations.format(duration)).isEqualTo(text);
  }
}
