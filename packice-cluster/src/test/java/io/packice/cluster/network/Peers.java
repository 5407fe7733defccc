package io.packice.cluster.network;

import io.packice.backends.memory.InMemoryLeaseStore;
import io.packice.backends.memory.MemfdBlobStore;
import io.packice.contract.FileKind;
import io.packice.contract.ManualTime;
import io.packice.core.BlobStore;
import io.packice.core.Caller;
import io.packice.core.LocalPeer;
import io.packice.core.ObjectPage;
import io.packice.core.Session;
import io.packice.transport.uds.UdsServer;
import io.packice.transport.uds.UdsSession;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Peers behind sockets that a test kills and starts again. */
final class Peers implements AutoCloseable {
  final ManualTime time = new ManualTime();
  private final Path folder;
  private final boolean isFiles;
  private final List<@Nullable Running> running = new ArrayList<>();
  private final List<NetworkPeer> opened = new ArrayList<>();

  private record Running(LocalPeer peer, UdsServer server) {
    void end() {
      server.close();
      peer.close();
    }
  }

  /** Starts so many, over files or in memory. */
  Peers(Path folder, int count, boolean isFiles) {
    this.folder = folder;
    this.isFiles = isFiles;
    for (int i = 0; i < count; i++) {
      running.add(null);
      start(i);
    }
  }

  Path socket(int index) {
    return folder.resolve("p" + index + ".sock");
  }

  /** What it has sealed into files is there again; memory is empty. */
  void start(int index) {
    LocalPeer peer = new LocalPeer(store(index), new InMemoryLeaseStore(time), 1L << 28, time);
    running.set(index, new Running(peer, UdsServer.open(peer, socket(index))));
  }

  private BlobStore store(int index) {
    if (!isFiles) {
      return new MemfdBlobStore();
    }
    try {
      return FileKind.open(Files.createDirectories(folder.resolve("p" + index)), time);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  boolean isAlive(int index) {
    return running.get(index) != null;
  }

  /** Its connections break, its drafts and leases end, and its socket is gone. */
  void kill(int index) {
    Running victim = running.set(index, null);
    if (victim != null) {
      victim.end();
    }
  }

  /** What each that runs has, notes included, for a failure's message. */
  List<String> contents() {
    List<String> contents = new ArrayList<>();
    for (int i = 0; i < running.size(); i++) {
      Running each = running.get(i);
      if (each != null) {
        try (Session session = each.peer.openSession(Caller.thisProcess())) {
          contents.add("p" + i + " has " + session.list("", null, ObjectPage.MAX_LIMIT).objects().stream()
              .map(status -> status.object().id() + " " + status.object().meta()).toList());
        }
      }
    }
    return contents;
  }

  /** A client's way to them, with connections of its own. */
  NetworkPeer open(int replicas, boolean isStrict) {
    List<NetworkSettings.Member> members = new ArrayList<>();
    for (int i = 0; i < running.size(); i++) {
      members.add(new NetworkSettings.Member("p" + i, socket(i).toString(), 1));
    }
    NetworkPeer network = new NetworkPeer(new NetworkSettings("test", members, replicas, 128, isStrict),
        member -> UdsSession.connect(Path.of(member.address())), InstantSource.system());
    opened.add(network);
    return network;
  }

  @Override
  public void close() {
    opened.forEach(NetworkPeer::close);
    running.stream().filter(each -> each != null).forEach(Running::end);
  }
}
