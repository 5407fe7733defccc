package io.packice.neighbour;

import io.packice.metrics.MeteredPeer;
import io.packice.transport.http.HttpOptions;
import io.packice.transport.http.HttpServer;
import io.packice.transport.uds.UdsServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;

/** A peer as it is served by default, over both transports, until its standard input ends; then it stops cleanly. */
final class ServedPeerMain {
  private ServedPeerMain() {
  }

  /** Arguments: the kind, the socket's path, the folder for data. */
  public static void main(String[] args) throws IOException {
    HttpOptions options =
        HttpOptions.DEFAULT.withAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    try (MeteredPeer peer = MeteredPeer.of(ServedKind.valueOf(args[0]).open(Path.of(args[2])));
        UdsServer _ = UdsServer.open(peer, Path.of(args[1]));
        HttpServer http = HttpServer.open(peer, options)) {
      System.out.println(http.address());
      System.in.transferTo(OutputStream.nullOutputStream());
    }
    System.out.println("stopped");
  }
}
