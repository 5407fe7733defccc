package io.packice;

import io.packice.core.Caller;
import io.packice.core.Peer;
import io.packice.peers.MemoryPeer;
import java.util.HashMap;
import java.util.Map;

/** The peers of {@code memory://NAME} addresses: one per name and process, alive while a client uses it. */
final class NamedPeers {
  private static final Map<String, Entry> PEERS = new HashMap<>();

  private static final class Entry {
    final Peer peer = MemoryPeer.create();
    int clients;
  }

  private NamedPeers() {
  }

  static ClientSession openSession(String name) {
    synchronized (PEERS) {
      Entry entry = PEERS.computeIfAbsent(name, ignored -> new Entry());
      entry.clients++;
      return new ClientSession(entry.peer.openSession(Caller.thisProcess()), () -> leave(name, entry));
    }
  }

  private static void leave(String name, Entry entry) {
    synchronized (PEERS) {
      if (--entry.clients > 0) {
        return;
      }
      PEERS.remove(name);
    }
    entry.peer.close();
  }
}
