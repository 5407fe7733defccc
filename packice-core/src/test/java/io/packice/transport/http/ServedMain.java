package io.packice.transport.http;

import io.packice.ObjectWriter;
import io.packice.Packice;
import io.packice.PackiceClient;
import io.packice.core.Caller.Authority;
import io.packice.metrics.MeteredPeer;
import io.packice.peers.MemoryPeer;
import io.packice.transport.uds.UdsAccess;
import io.packice.transport.uds.UdsServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.Set;

/** A peer in memory, as it is served by default, that asks for a token over HTTP, until its standard input ends. */
final class ServedMain {
  static final String TOKEN = "0123456789abcdef0123456789abcdef";
  static final int SMALL = 4096;
  static final int LARGE = 32 << 20;

  private ServedMain() {
  }

  /** Arguments: the socket's path. */
  public static void main(String[] args) throws IOException {
    HttpOptions options = HttpOptions.DEFAULT.withToken(BearerToken.of(TOKEN))
        .withAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    UdsAccess access = new UdsAccess(0666, Set.of(1L), Set.of(), Authority.OWN_OBJECTS);
    try (MeteredPeer peer = MeteredPeer.of(MemoryPeer.create(128 << 20));
        UdsServer uds = UdsServer.open(peer, Path.of(args[0]), access);
        HttpServer http = HttpServer.open(peer, options);
        PackiceClient client = Packice.connect(uds.socket())) {
      for (int bytes : new int[] {SMALL, LARGE}) {
        try (ObjectWriter writer = client.create(String.valueOf(bytes), bytes)) {
          writer.seal();
        }
        client.pin(String.valueOf(bytes));
      }
      System.out.println(http.address());
      System.in.transferTo(OutputStream.nullOutputStream());
    }
  }
}
