package io.packice.transport.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;

/** Stands between a client and a server, passes requests on one by one, and loses some of them, or their answers. */
final class LosingProxy implements AutoCloseable {
  /** What becomes of a request. */
  enum Fate {
    PASSED, REQUEST_LOST, ANSWER_LOST_WHEN_IT_CAME, ANSWER_NOT_WAITED_FOR
  }

  /** Decides, and is told of, each request. */
  interface Judge {
    /** Of {@code POST /seal} and the like. */
    Fate fate(String request);

    /** An answer was lost; what is done here is done before the client knows. */
    default void lost(String request) {
      // nothing more happens
    }
  }

  private final ServerSocket listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
  private final AtomicReference<URI> server;
  private final Judge judge;
  private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();

  LosingProxy(URI server, Judge judge) throws IOException {
    this.server = new AtomicReference<>(server);
    this.judge = judge;
    Thread.ofVirtual().start(this::accept);
  }

  URI address() {
    return URI.create("http://127.0.0.1:" + listener.getLocalPort());
  }

  /** From now on another server is behind it. */
  void point(URI other) {
    server.set(other);
  }

  private void accept() {
    try {
      while (true) {
        Socket client = listener.accept();
        sockets.add(client);
        Thread.ofVirtual().start(() -> serve(client));
      }
    } catch (IOException closed) {
      return;
    }
  }

  private void serve(Socket client) {
    try (client) {
      while (true) {
        byte[] request = message(client.getInputStream());
        if (!pass(request, client.getOutputStream())) {
          return;
        }
      }
    } catch (IOException ended) {
      return;
    }
  }

  private boolean pass(byte[] request, OutputStream client) throws IOException {
    String line = new String(request, ISO_8859_1).lines().findFirst().orElseThrow();
    String what = line.substring(0, line.lastIndexOf(' '));
    Fate fate = judge.fate(what);
    if (fate == Fate.REQUEST_LOST) {
      judge.lost(what);
      return false;
    }
    Socket upstream = new Socket(server.get().getHost(), server.get().getPort());
    sockets.add(upstream);
    upstream.getOutputStream().write(request);
    if (fate == Fate.ANSWER_NOT_WAITED_FOR) {
      judge.lost(what); // the connection stays: the peer does not know
      return false;
    }
    try (upstream) {
      byte[] answer = message(upstream.getInputStream());
      if (fate == Fate.ANSWER_LOST_WHEN_IT_CAME) {
        judge.lost(what);
        return false;
      }
      client.write(answer);
      return true;
    }
  }

  /** A head, and a body of the length that it says. */
  private static byte[] message(InputStream in) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    while (!bytes.toString(ISO_8859_1).endsWith("\r\n\r\n")) {
      int b = in.read();
      if (b < 0) {
        throw new EOFException();
      }
      bytes.write(b);
    }
    int length = bytes.toString(ISO_8859_1).lines().map(line -> line.toLowerCase(Locale.ROOT))
        .filter(line -> line.startsWith("content-length:")).map(line -> line.substring(15).strip())
        .mapToInt(Integer::parseInt).findFirst().orElse(0);
    bytes.writeBytes(in.readNBytes(length));
    return bytes.toByteArray();
  }

  @Override
  public void close() throws IOException {
    listener.close();
    for (Socket socket : sockets) {
      socket.close();
    }
  }
}
