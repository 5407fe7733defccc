package io.packice.process;

import io.packice.core.Peer;
import io.packice.peers.FileSystemPeer;
import io.packice.peers.MemoryPeer;
import io.packice.peers.tiered.TieredPeer;
import io.packice.peers.tiered.TieringPolicy;
import io.packice.transport.uds.UdsServer;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;

/** A small hot tier over files on a socket, until its standard input ends. */
public final class TieredPeerMain {
  private static final long HOT_BYTES = 1 << 20;
  private static final long COLD_BYTES = 1 << 28;

  private TieredPeerMain() {
  }

  /** Arguments: the socket's path, the folder for data, {@code memory} or {@code files} for the hot tier; perhaps the bytes of both tiers. */
  public static void main(String[] args) throws IOException {
    Path data = Path.of(args[1]);
    long hotBytes = args.length > 3 ? Long.parseLong(args[3]) : HOT_BYTES;
    long coldBytes = args.length > 3 ? Long.parseLong(args[4]) : COLD_BYTES;
    Peer cold = FileSystemPeer.open(data.resolve("cold"), coldBytes);
    Peer hot = args[2].equals("memory") ? MemoryPeer.create(hotBytes)
        : FileSystemPeer.open(data.resolve("hot"), hotBytes);
    try (TieredPeer peer = TieredPeer.over(hot, cold, TieringPolicy.DEFAULT.withWatermarks(0.5, 0.2));
        UdsServer server = UdsServer.open(peer, Path.of(args[0]))) {
      System.out.println("listening on " + server.socket());
      System.in.transferTo(OutputStream.nullOutputStream());
    }
  }
}
