package io.packice.spark.read;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PlanningTest {
  @ParameterizedTest
  @CsvSource({
      "/run/packice/peer.sock,   driver",
      "memory://shared,          driver",
      "http://node7:8080,        node7",
      "HTTPS://node7.example/p,  node7.example",
      "http://10.0.0.7:8080,     10.0.0.7",
      "http://[fd00::7]:8080,    [fd00::7]",
      "http://localhost:8080,    driver",
      "http://127.0.0.1:8080,    driver",
      "http://127.8.9.1,         driver",
      "http://[::1]:8080,        driver",
      "http://127.0.0.1.example, 127.0.0.1.example"})
  void tasksPreferTheHostOfThePeer(String address, String host) {
    assertThat(Planning.hosts(address, "driver")).containsExactly(host);
  }
}
