package io.packice.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.packice.Packice;
import io.packice.PackiceClient;
import io.packice.contract.LeakCheck;
import io.packice.core.Caller.Authority;
import io.packice.core.Peer;
import io.packice.core.PeerUnavailableException;
import io.packice.peers.FileSystemPeer;
import io.packice.peers.MemoryPeer;
import io.packice.transport.uds.UdsAccess;
import io.packice.transport.uds.UdsServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The Java client as other users: whom the kernel's word lets in, and what each may do with whose objects. */
class OtherUsersTest {
  private static final long SHE = 54_321;
  private static final long HE = 54_322;
  private static final UdsAccess BOTH = new UdsAccess(0666, Set.of(SHE, HE), Set.of(), Authority.OWN_OBJECTS);

  @TempDir Path folder;

  private OtherUser others;

  @BeforeEach
  void letOthersReadTheClasses() throws IOException {
    others = OtherUser.in(folder);
  }

  @AfterEach
  void nothingIsHeld() {
    LeakCheck.assertNothingHeld();
  }

  private List<String> run(UdsServer server, long user, String... what) throws IOException {
    Object[] arguments = new Object[what.length + 1];
    arguments[0] = server.socket();
    System.arraycopy(what, 0, arguments, 1, what.length);
    try (Child child = others.start(user, OtherUserMain.class, arguments)) {
      return child.remainingLines();
    }
  }

  private UdsServer serve(Peer peer, UdsAccess access) {
    return UdsServer.open(peer, folder.resolve("p.sock"), access);
  }

  @Test
  void aStrangerIsRefusedByTheFilesModeOrByTheKernelsWord() throws IOException {
    try (MemoryPeer peer = MemoryPeer.create(1 << 20)) {
      try (UdsServer server = serve(peer, UdsAccess.OWNER_ONLY)) {
        assertThat(run(server, SHE, "create", "x")).singleElement().asString()
            .startsWith("NOT_PERMITTED Cannot connect to ").contains("this user may not", "--allow-uid");
      }
      try (UdsServer server = serve(peer, new UdsAccess(0666, Set.of(SHE), Set.of(), Authority.OWN_OBJECTS))) {
        assertThat(run(server, SHE, "create", "x")).containsExactly("ok");
        assertThat(run(server, HE, "read", "x")).singleElement().asString().startsWith("NOT_PERMITTED Cannot connect")
            .contains("as uid " + HE, "--allow-uid " + HE);
        try (PackiceClient own = Packice.connect(server.socket())) {
          assertThat(own.stats().objects()).isEqualTo(1);
        }
      }
    }
  }

  @Test
  void whatSheMadeHeMayReadAndNotChange() throws IOException {
    try (MemoryPeer peer = MemoryPeer.create(1 << 20); UdsServer server = serve(peer, BOTH)) {
      assertOwnersRules(server);
    }
  }

  @Test
  void soItIsWithFiles() throws IOException {
    try (FileSystemPeer peer = FileSystemPeer.open(folder.resolve("data"), 1 << 20);
        UdsServer server = serve(peer, BOTH)) {
      assertOwnersRules(server);
    }
  }

  private void assertOwnersRules(UdsServer server) throws IOException {
    assertThat(run(server, SHE, "create", "x", "create", "y", "pin", "y")).containsExactly("ok", "ok", "ok");
    List<String> his = run(server, HE, "read", "x", "discard", "x", "pin", "x", "create", "x", "create", "z");
    assertThat(his).hasSize(5).first().isEqualTo("ok");
    assertThat(his.subList(1, 3)).allSatisfy(refusal -> assertThat(refusal).startsWith("NOT_PERMITTED Cannot ")
        .contains(" x as uid " + HE + ": it belongs to uid " + SHE));
    assertThat(his.get(3)).startsWith("ALREADY_EXISTS");
    assertThat(his.getLast()).isEqualTo("ok");
    assertThat(run(server, SHE, "discard", "x", "discard", "z")).satisfiesExactly(
        own -> assertThat(own).isEqualTo("ok"), foreign -> assertThat(foreign).startsWith("NOT_PERMITTED"));
    try (PackiceClient root = Packice.connect(server.socket())) {
      root.discard("z");
    }
  }

  @Test
  void aLimitOfThreadsRefusesWhoComesTooMuchAndNobodyElse() throws IOException {
    long user = 100_000 + ProcessHandle.current().pid() % 100_000; // whose threads are this test's only
    Path own = Files.createDirectory(folder.resolve("own"));
    Files.setPosixFilePermissions(own, PosixFilePermissions.fromString("rwxrwxrwx"));
    Path socket = own.resolve("p.sock");
    List<PackiceClient> clients = new ArrayList<>();
    try (Child peer = others.startWithFewThreads(user, 45, PeerMain.class, socket, 1 << 20)) {
      assertThat(peer.line()).startsWith("listening");
      assertThatThrownBy(() -> {
        while (clients.size() < 100) {
          clients.add(Packice.connect(socket));
        }
      }).isInstanceOf(PeerUnavailableException.class);
      assertThat(clients).isNotEmpty().allSatisfy(each -> assertThat(each.stats().objects()).isZero());
      clients.forEach(PackiceClient::close);
      LeakCheck.eventually(() -> assertThatCode(() -> Packice.connect(socket).close()).doesNotThrowAnyException());
    } finally {
      clients.forEach(PackiceClient::close);
    }
  }

  @Test
  void whatIsSharedAllMayChange() throws IOException {
    UdsAccess shared = new UdsAccess(0666, Set.of(SHE, HE), Set.of(), Authority.ALL_OBJECTS);
    try (MemoryPeer peer = MemoryPeer.create(1 << 20); UdsServer server = serve(peer, shared)) {
      assertThat(run(server, SHE, "create", "x")).containsExactly("ok");
      assertThat(run(server, HE, "pin", "x", "discard", "x")).containsExactly("ok", "ok");
    }
  }
}
