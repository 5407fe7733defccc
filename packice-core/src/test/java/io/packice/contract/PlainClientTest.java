package io.packice.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.packice.Packice;
import io.packice.PackiceClient;
import io.packice.backends.memory.MemfdBlobStore;
import io.packice.core.Peer;
import io.packice.core.Session;
import io.packice.transport.uds.UdsSession;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;

/** The clients' contract for a server of others that knows no hello, as far as its protocol carries it: what stands in docs/other-servers.md is not run. */
@NotCarried.Page("other-servers.md")
final class PlainClientTest extends ClientContractTest {
  private Path socket;
  private PlainStandIn server;

  /** Nobody asks this one; it is there for the fixture. */
  @Override
  protected PeerKind kind() {
    return PeerKind.over(_ -> new MemfdBlobStore());
  }

  @Override
  protected void serve(Peer served, Path folder) {
    socket = folder.resolve("other.sock");
    server = PlainStandIn.open(socket, time);
  }

  @Override
  protected PackiceClient connect() {
    return Packice.connect(socket);
  }

  @Override
  protected Session openSession() {
    return UdsSession.connect(socket);
  }

  @Override
  protected void stopServing() {
    server.close();
  }

  /** Nobody can ask the server; but it can be looked at. */
  @Override
  protected void assertSettled() {
    assertThat(server.leases()).as("leases").isZero(); // every release was answered
    assertThat(server.zombieBytes()).as("zombie bytes").isZero();
    assertThat(server.asked()).as("commands").filteredOn(command -> !command.startsWith("hello"))
        .isSubsetOf("acquire", "seal", "discard", "release", "renew");
  }

  @Override
  protected List<String> objects() {
    return server.objects();
  }

  @Override
  protected long drafts() {
    return server.drafts();
  }

  @Override
  protected long leases() {
    return server.leases();
  }

  @Override
  protected int leasesOn(String id) {
    return server.leasesOn(id);
  }

  @Override
  protected long zombieBytes() {
    return server.zombieBytes();
  }

  @Override
  protected long liveBytes() {
    return server.liveBytes();
  }

  @Test
  void whatThePageSaysIsNotCarriedAreTestsOfTheContract() {
    Set<String> tests = Stream.<Class<?>>iterate(ClientContractTest.class, Class::getSuperclass)
        .takeWhile(each -> each != Object.class).flatMap(each -> Arrays.stream(each.getDeclaredMethods()))
        .filter(method -> method.isAnnotationPresent(Test.class) || method.isAnnotationPresent(ParameterizedTest.class))
        .map(method -> method.getName()).collect(Collectors.toSet());
    assertThat(NotCarried.reasons("other-servers.md").keySet()).isNotEmpty().isSubsetOf(tests);
    assertThat(tests.size() - NotCarried.reasons("other-servers.md").size()).as("tests that are run")
        .isGreaterThanOrEqualTo(43);
  }
}
