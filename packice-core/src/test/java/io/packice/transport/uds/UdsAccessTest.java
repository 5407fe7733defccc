package io.packice.transport.uds;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.packice.contract.LeakCheck;
import io.packice.core.Caller;
import io.packice.core.Caller.Authority;
import io.packice.core.Session;
import io.packice.peers.MemoryPeer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who may connect, tried by processes of other users. Python is one that can become another user. */
final class UdsAccessTest {
  private static final String SPEAK = """
      import os, socket, sys, time
      os.setgroups([int(g) for g in sys.argv[4].split(',') if g])
      os.setgid(int(sys.argv[3]))
      os.setuid(int(sys.argv[2]))
      s = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
      try:
        s.connect(sys.argv[1])
      except OSError as e:
        sys.exit('cannot connect: %d' % e.errno)
      lease = ''
      time.sleep(0.1) # so that a refusal is there before the first request, which must be no error all the same
      for request in sys.argv[5:]:
        try:
          s.sendall(request.replace('LEASE', lease).encode())
        except OSError as e:
          sys.exit('cannot send: %d' % e.errno)
        answer = b''
        while not answer.endswith(b'\\n'):
          part = s.recvmsg(65536, socket.CMSG_SPACE(4))[0]
          if not part:
            sys.exit(0)
          answer += part
        text = answer.decode()
        print(text, end='')
        if 'lease_id' in text:
          lease = text.split('"lease_id":"')[1].split('"')[0]
      """;
  private static final String PING = "{\"command\":\"ping\"}";
  private static final String CREATE =
      "{\"command\":\"acquire\",\"intent\":\"create\",\"object_id\":\"x\",\"sizes\":[5]}";
  private static final String SEAL = "{\"command\":\"seal\",\"lease_id\":\"LEASE\"}";
  private static final String WRITE = "{\"command\":\"acquire\",\"intent\":\"write\",\"object_id\":\"x\"}";
  private static final String DISCARD = "{\"command\":\"discard\",\"lease_id\":\"LEASE\"}";
  private static final String READ = "{\"command\":\"acquire\",\"intent\":\"read\",\"object_id\":\"x\"}";
  private static final String STAT = "{\"command\":\"stat\",\"object_id\":\"x\"}";
  private static final long SHE = 54_321;
  private static final long HE = 54_322;
  private static final long GROUP = 54_400;

  @TempDir Path folder;

  private final MemoryPeer peer = MemoryPeer.create(1 << 20);

  @AfterEach
  void stop() {
    peer.close();
    LeakCheck.assertNothingHeld();
  }

  private UdsServer serve(int mode, Set<Long> uids, Set<Long> gids, Authority objects) throws IOException {
    assumeTrue(((Number) Files.getAttribute(Path.of("/proc/self"), "unix:uid")).longValue() == 0,
        "only root can become other users");
    assumeTrue(Files.isExecutable(Path.of("/usr/bin/python3")), "there is no /usr/bin/python3");
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
    return UdsServer.open(peer, folder.resolve("p.sock"), new UdsAccess(mode, uids, gids, objects));
  }

  private static List<String> speak(UdsServer server, long uid, long gid, String groups, String... requests)
      throws IOException {
    List<String> command = new ArrayList<>(List.of("/usr/bin/python3", "-c", SPEAK, server.socket().toString(),
        String.valueOf(uid), String.valueOf(gid), groups));
    command.addAll(List.of(requests));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    return new String(process.getInputStream().readAllBytes(), UTF_8).lines().toList();
  }

  @Test
  void onlyTheOwnerAndRootMayConnectUnlessToldOtherwise() throws IOException {
    try (UdsServer server = serve(0600, Set.of(), Set.of(), Authority.OWN_OBJECTS)) {
      assertThat(speak(server, 0, 0, "", PING)).containsExactly("{\"status\":\"ok\"}");
      assertThat(speak(server, SHE, SHE, "", PING)).containsExactly("cannot connect: 13");
    }
  }

  @Test
  void theKernelsWordCountsEvenIfTheFileLetsEverybodyIn() throws IOException {
    try (UdsServer server = serve(0666, Set.of(SHE), Set.of(), Authority.OWN_OBJECTS)) {
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(server.socket()))).isEqualTo("rw-rw-rw-");
      assertThat(speak(server, SHE, SHE, "", PING)).containsExactly("{\"status\":\"ok\"}");
      assertThat(speak(server, HE, SHE, "", PING)).singleElement().asString().contains("\"code\":\"NOT_PERMITTED\"",
          "as uid " + HE + ": its peer serves uid 0", "--allow-uid " + HE);
      try (Session own = peer.openSession(Caller.thisProcess())) {
        assertThat(own.sessions()).as("of whom it has let in")
            .noneMatch(each -> each.caller().uid().equals(OptionalLong.of(HE)));
      }
    }
  }

  @Test
  void aGroupsMembersMayConnectWhicheverOfTheirGroupsItIs() throws IOException {
    try (UdsServer server = serve(0666, Set.of(), Set.of(GROUP), Authority.OWN_OBJECTS)) {
      assertThat(speak(server, SHE, GROUP, "", PING)).containsExactly("{\"status\":\"ok\"}");
      assertThat(speak(server, SHE, SHE, "4," + GROUP, PING)).containsExactly("{\"status\":\"ok\"}");
      assertThat(speak(server, SHE, SHE, "4,5", PING)).singleElement().asString().contains("NOT_PERMITTED");
      assertThat(speak(server, SHE, SHE, "", PING)).singleElement().asString().contains("NOT_PERMITTED");
    }
  }

  @Test
  void whatSheMadeHeMayReadAndNotDiscard() throws IOException {
    try (UdsServer server = serve(0666, Set.of(SHE, HE), Set.of(), Authority.OWN_OBJECTS)) {
      assertThat(speak(server, SHE, SHE, "", CREATE, SEAL)).last().isEqualTo("{\"status\":\"sealed\"}");
      assertThat(speak(server, HE, HE, "", READ)).last().asString().contains("\"status\":\"ok\"");
      assertThat(speak(server, HE, HE, "", STAT)).last().asString().contains("\"owner_uid\":" + SHE);
      assertThat(speak(server, HE, HE, "", WRITE)).last().asString()
          .contains("\"code\":\"NOT_PERMITTED\"", "Cannot change x as uid " + HE + ": it belongs to uid " + SHE);
      assertThat(speak(server, SHE, SHE, "", WRITE, DISCARD)).last().isEqualTo("{\"status\":\"discarded\"}");
    }
  }

  @Test
  void rootMayDiscardWhatSheMade() throws IOException {
    try (UdsServer server = serve(0666, Set.of(SHE), Set.of(), Authority.OWN_OBJECTS)) {
      assertThat(speak(server, SHE, SHE, "", CREATE, SEAL)).last().isEqualTo("{\"status\":\"sealed\"}");
      assertThat(speak(server, 0, 0, "", WRITE, DISCARD)).last().isEqualTo("{\"status\":\"discarded\"}");
    }
  }

  @Test
  void whatIsSharedEverybodyMayDiscard() throws IOException {
    try (UdsServer server = serve(0666, Set.of(SHE, HE), Set.of(), Authority.ALL_OBJECTS)) {
      assertThat(speak(server, SHE, SHE, "", CREATE, SEAL)).last().isEqualTo("{\"status\":\"sealed\"}");
      assertThat(speak(server, HE, HE, "", WRITE, DISCARD)).last().isEqualTo("{\"status\":\"discarded\"}");
    }
  }

  // ---- as a whole

  @ParameterizedTest
  @ValueSource(ints = {-1, 0, 0400, 0066, 01600, 01777})
  void aModeThatIsNoneIsRefused(int mode) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new UdsAccess(mode, Set.of(), Set.of(), Authority.OWN_OBJECTS))
        .withMessageContaining("give 0600 to 0777");
  }

  @Test
  void aModeThatKeepsOutWhomItLetsInIsRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new UdsAccess(0644, Set.of(SHE), Set.of(), Authority.OWN_OBJECTS))
        .withMessageContaining("keeps all but its owner out").withMessageContaining("0644");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new UdsAccess(0666, Set.of(), Set.of(-1L), Authority.OWN_OBJECTS))
        .withMessageContaining("-1");
  }

  @Test
  void byDefaultNobodyElseMayConnect() {
    assertThat(UdsAccess.OWNER_ONLY).isEqualTo(new UdsAccess(0600, Set.of(), Set.of(), Authority.OWN_OBJECTS));
  }
}
