package io.packice.transport.http;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** Stands between a client and a server, and spoils some of the large answers on their way. */
final class FaultyProxy implements AutoCloseable {
  /** What is done to an answer of many bytes. */
  enum Fault {
    CUT, FLIP_A_BIT
  }

  private static final int LARGE_BYTES = 100_000;

  private final ServerSocket listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
  private final URI server;
  private final Fault fault;
  private final AtomicInteger faultsLeft;
  private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();

  FaultyProxy(URI server, Fault fault, int faults) throws IOException {
    this.server = server;
    this.fault = fault;
    this.faultsLeft = new AtomicInteger(faults);
    Thread.ofVirtual().start(this::accept);
  }

  URI address() {
    return URI.create("http://127.0.0.1:" + listener.getLocalPort());
  }

  int faultsLeft() {
    return Math.max(0, faultsLeft.get());
  }

  private void accept() {
    try {
      while (true) {
        Socket client = listener.accept();
        Socket upstream = new Socket(server.getHost(), server.getPort());
        sockets.add(client);
        sockets.add(upstream);
        Thread.ofVirtual().start(() -> copy(client, upstream, false));
        Thread.ofVirtual().start(() -> copy(upstream, client, true));
      }
    } catch (IOException closed) {
      return;
    }
  }

  private void copy(Socket from, Socket to, boolean isAnswer) {
    byte[] buffer = new byte[16 << 10];
    long passed = 0;
    try (from; to) {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
        boolean isLarge = isAnswer && passed / LARGE_BYTES < (passed + count) / LARGE_BYTES;
        passed += count;
        if (isLarge && faultsLeft.getAndDecrement() > 0) {
          if (fault == Fault.CUT) {
            return;
          }
          buffer[count / 2] ^= 1;
        }
        out.write(buffer, 0, count);
      }
    } catch (IOException ended) {
      return;
    }
  }

  @Override
  public void close() throws IOException {
    listener.close();
    for (Socket socket : sockets) {
      socket.close();
    }
  }
}
