package io.packice.cluster.network;

/** The clients' contract for a network over Unix sockets. */
final class UdsNetworkTest extends NetworkContractTest {
  @Override
  boolean isHttp() {
    return false;
  }
}
