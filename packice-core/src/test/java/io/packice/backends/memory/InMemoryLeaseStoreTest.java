package io.packice.backends.memory;

import io.packice.contract.LeaseStoreContractTest;
import io.packice.contract.ManualTime;
import io.packice.core.LeaseStore;
import java.time.Duration;

final class InMemoryLeaseStoreTest extends LeaseStoreContractTest {
  private final ManualTime time = new ManualTime();

  @Override
  protected LeaseStore newStore() {
    return new InMemoryLeaseStore(time);
  }

  @Override
  protected void pass(Duration duration) {
    time.advance(duration);
  }

  @Override
  protected Duration resolution() {
    return Duration.ofNanos(1);
  }
}
