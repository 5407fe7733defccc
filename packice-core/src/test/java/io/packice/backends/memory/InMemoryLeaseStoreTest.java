package io.packice.backends.memory;

import io.packice.contract.LeaseStoreContractTest;
import io.packice.core.LeaseStore;
import io.packice.core.TimeSource;

final class InMemoryLeaseStoreTest extends LeaseStoreContractTest {
  @Override
  protected LeaseStore newStore(TimeSource timeSource) {
    return new InMemoryLeaseStore(timeSource);
  }
}
