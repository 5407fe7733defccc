package io.packice.cluster.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.packice.cluster.state.NetworkCounts.Counts;
import io.packice.core.NotFoundException;
import io.packice.core.StorageException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class StateFolderTest {
  @TempDir Path folder;
  private StateFolder state;

  @BeforeEach
  void open() {
    state = StateFolder.at(folder.resolve("state"));
  }

  private static NetworkPeerEntry peer(String id) {
    return new NetworkPeerEntry(id, "/run/" + id + ".sock", 1);
  }

  private static NetworkRecord demo(String... peers) {
    return new NetworkRecord("demo", Stream.of(peers).map(StateFolderTest::peer).toList(), 2, 128, false);
  }

  @Test
  void whatIsSavedIsReadAndAPersonCanReadItToo() throws IOException {
    state.save(demo("p0", "p1"));
    assertThat(StateFolder.at(state.path()).network("demo")).isEqualTo(demo("p0", "p1"));
    assertThat(Files.readString(state.path().resolve("network/demo.json"))).contains("\"name\" : \"demo\"",
        "\"replicas\" : 2", "\"vnodes\" : 128", "\"address\" : \"/run/p0.sock\"");
    PeerRecord p0 = new PeerRecord("p0", "/run/p0.sock", ProcessHandle.current().pid(),
        ProcessStart.ticks(ProcessHandle.current().pid()), "/tmp/p0.log");
    state.save(p0);
    assertThat(state.peers()).containsExactly(p0);
    assertThat(state.peer("p0")).contains(p0);
    assertThat(state.registry().address("p0")).contains("/run/p0.sock");
    try (Stream<Path> files = Files.walk(state.path())) {
      assertThat(files.filter(Files::isRegularFile)).noneMatch(file -> file.toString().endsWith(".tmp"));
    }
  }

  @Test
  void whatAPersonLeavesOutIsTheUsual() throws IOException {
    Files.createDirectories(state.path().resolve("network"));
    Files.writeString(state.path().resolve("network/demo.json"),
        "{\"name\":\"demo\",\"peers\":[{\"id\":\"a\",\"address\":\"http://h:1\"}],\"note\":\"mine\"}");
    assertThat(state.network("demo")).isEqualTo(
        new NetworkRecord("demo", List.of(new NetworkPeerEntry("a", "http://h:1", 1)), 2, 128, false));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "{", "null", "[]", "{\"name\":\"demo\",\"peers\":[{}]}", "{\"name\":\"demo\"} {}",
      "{\"name\":\"demo\",\"replicas\":99}", "{\"name\":\"demo\",\"name\":\"x\"}", "{\"peers\":3}"})
  void aDamagedFileIsNamedWithWhatIsWrong(String content) throws IOException {
    Files.createDirectories(state.path().resolve("network"));
    Path file = Files.writeString(state.path().resolve("network/demo.json"), content);
    assertThatThrownBy(() -> state.network("demo")).isInstanceOf(StorageException.class)
        .hasMessageStartingWith("Cannot use " + file + ": it is damaged (").hasMessageNotContaining("\n")
        .hasMessageNotContaining("jackson").hasMessageContaining("mend it by hand");
  }

  @Test
  void whatIsNotThereIsSaidWithWhatIs() {
    assertThatThrownBy(() -> state.network("demo")).isInstanceOf(NotFoundException.class)
        .hasMessageContaining("there is none; make it with: packice network create demo");
    state.save(demo());
    assertThatThrownBy(() -> state.network("other")).hasMessageContaining("there are demo");
    assertThat(state.deleteNetwork("demo")).isTrue();
    assertThat(state.deleteNetwork("demo")).isFalse();
    assertThat(state.networks()).isEmpty();
    assertThat(state.peers()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "../x", "a/b", "-x", ".x", "a b", "ü"})
  void aNameThatIsNoFilesNameIsRefused(String name) {
    assertThatIllegalArgumentException().isThrownBy(() -> state.findNetwork(name))
        .withMessageContaining("Cannot call a network \"" + name + "\"");
    assertThatIllegalArgumentException().isThrownBy(() -> state.peer(name)).withMessageContaining("Cannot call a peer");
  }

  @Test
  void whatCannotBeANetworkIsRefused() {
    assertThatIllegalArgumentException().isThrownBy(() -> demo("a", "a")).withMessageContaining("two members named a");
    assertThatIllegalArgumentException().isThrownBy(
        () -> new NetworkRecord("demo", List.of(peer("a"), new NetworkPeerEntry("b", "/run/a.sock", 1)), 1, 1, false))
        .withMessageContaining("/run/a.sock twice");
  }

  @Test
  void peersComeAndLeave() {
    state.save(demo("a", "b"));
    NetworkRecord changed = state.change("demo", network -> network.with(List.of(peer("c"),
        new NetworkPeerEntry("b", "http://elsewhere:1", 2)), Set.of("a")));
    assertThat(changed.peers()).containsExactly(peer("c"), new NetworkPeerEntry("b", "http://elsewhere:1", 2));
    assertThat(state.network("demo")).isEqualTo(changed);
    assertThat(changed.peer("a")).isNull();
  }

  @Test
  void twoWhoChangeItAtOnceLoseNothing() throws Exception {
    state.save(demo());
    try (ExecutorService executor = Executors.newFixedThreadPool(8)) {
      List<Future<?>> all = new ArrayList<>();
      for (int i = 0; i < 40; i++) {
        String id = "p" + i;
        all.add(executor.submit(() -> {
          StateFolder own = StateFolder.at(state.path());
          own.change("demo", network -> network.with(List.of(peer(id)), Set.of()));
          own.learn(id, "/run/" + id);
          own.addCounts("demo", new NetworkCounts(Map.of("p0", new Counts(1, 2, 3))));
        }));
      }
      for (Future<?> each : all) {
        each.get();
      }
    }
    assertThat(state.network("demo").peers()).hasSize(40);
    assertThat(state.registry().peers()).hasSize(40);
    assertThat(state.counts("demo").of("p0")).isEqualTo(new Counts(40, 80, 120));
    assertThat(state.counts("demo").of("p1")).isEqualTo(Counts.NONE);
    state.forget("p3");
    assertThat(state.registry().peers()).hasSize(39);
  }

  @Test
  void aProcessIsToldFromAnotherThatHasItsPid() throws Exception {
    Process child = new ProcessBuilder("sleep", "60").start();
    PeerRecord record = new PeerRecord("p0", "/x", child.pid(), ProcessStart.ticks(child.pid()), "/log");
    assertThat(record.life()).isEqualTo(PeerRecord.Life.ALIVE);
    assertThat(new PeerRecord("p0", "/x", child.pid(), record.started() - 1, "/log").life())
        .isEqualTo(PeerRecord.Life.PID_REUSED);
    child.destroyForcibly().waitFor();
    assertThat(record.life()).isEqualTo(PeerRecord.Life.DEAD);
  }

  @Test
  void theUsualPlaceFollowsTheEnvironment() {
    assertThat(StateFolder.usual(Map.of("PACKICE_STATE", "/s")).path()).isEqualTo(Path.of("/s"));
    assertThat(StateFolder.usual(Map.of("XDG_STATE_HOME", "/x")).path()).isEqualTo(Path.of("/x/packice"));
    assertThat(StateFolder.usual(Map.of()).path()).isEqualTo(
        Path.of(System.getProperty("user.home"), ".local", "state", "packice"));
  }

  @Test
  void aFolderThatCannotBeUsedIsSaid() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "");
    assertThatThrownBy(() -> StateFolder.at(file.resolve("below")).save(demo())).isInstanceOf(StorageException.class)
        .hasMessageContaining("--state");
  }
}
