package io.packice.cluster.network;

/** The clients' contract for a network over HTTP. */
final class HttpNetworkTest extends NetworkContractTest {
  @Override
  boolean isHttp() {
    return true;
  }
}
