package io.packice.transport.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.packice.Packice;
import io.packice.core.NotPermittedException;
import io.packice.core.PeerUnavailableException;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/** Attacks a peer until its standard input ends, and says then how often it was refused or cut off. */
final class AttackMain {
  private static final int THREADS = 4;
  private static final int IDLE_CONNECTIONS = 1000;
  private static final int SLOW_CONNECTIONS = 200;
  private static final long A_SECOND = 1000;

  private static final AtomicLong ends = new AtomicLong();

  private final URI http;
  private final Path socket;

  /** What an attacker does again and again. */
  private interface Blow {
    void strike() throws IOException;
  }

  private AttackMain(URI http, Path socket) {
    this.http = http;
    this.socket = socket;
  }

  /** Arguments: which attack, the peer's address, its socket. */
  public static void main(String[] args) throws Exception {
    new AttackMain(URI.create(args[1]), Path.of(args[2])).begin(args[0]);
    System.out.println("attacking");
    System.in.transferTo(OutputStream.nullOutputStream());
    System.out.println(ends.get());
    System.exit(0); // attackers do not stop by themselves
  }

  private void begin(String attack) throws IOException {
    switch (attack) {
      case "wrong uid" -> repeat(this::connectAsAStranger);
      case "wrong token" -> repeat(this::askWithAWrongToken);
      case "10 MiB of head" -> repeat(this::sendALongHead);
      case "endless body" -> repeat(this::sendAnEndlessBody);
      case "idle connections" -> open(IDLE_CONNECTIONS, "");
      case "readers of a byte a second" -> slowly(open(SLOW_CONNECTIONS, "GET /objects/" + ServedMain.LARGE
          + "/blobs/0 HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer " + ServedMain.TOKEN + "\r\n\r\n"),
          RawHttp::readByte);
      case "heads of a byte a second" -> slowly(open(SLOW_CONNECTIONS, "GET /stats HTTP/1.1\r\nX-Slow: "), each -> {
        each.write(new byte[] {'x'});
        return 0;
      });
      default -> throw new IllegalArgumentException(attack);
    }
  }

  private static void repeat(Blow blow) {
    for (int i = 0; i < THREADS; i++) {
      Thread.ofPlatform().daemon().start(() -> {
        while (true) {
          try {
            blow.strike();
          } catch (IOException ended) {
            ends.incrementAndGet();
          }
        }
      });
    }
  }

  private void connectAsAStranger() {
    try {
      Packice.connect(socket).close();
      throw new IllegalStateException("a stranger was let in");
    } catch (NotPermittedException | PeerUnavailableException refused) { // the latter when there are too many to be told why
      ends.incrementAndGet();
    }
  }

  private void askWithAWrongToken() throws IOException {
    try (RawHttp connection = new RawHttp(http)) {
      while (true) {
        String token = ServedMain.TOKEN.replace('f', 'e');
        int status = connection.send("GET", "/stats", "Authorization: Bearer " + token + "\r\n", new byte[0]).status();
        if (status != 401) {
          throw new IllegalStateException("a wrong token was answered with " + status);
        }
        ends.incrementAndGet();
      }
    }
  }

  private void sendALongHead() throws IOException {
    byte[] line = ("X-Filler: " + "x".repeat(8_000) + "\r\n").getBytes(UTF_8);
    try (RawHttp connection = new RawHttp(http)) {
      connection.write("GET /stats HTTP/1.1\r\nHost: localhost\r\n".getBytes(UTF_8));
      for (int sent = 0; sent < 10 << 20; sent += line.length) {
        connection.write(line);
      }
    }
  }

  private void sendAnEndlessBody() throws IOException {
    byte[] chunk = ("10000\r\n" + "x".repeat(1 << 16) + "\r\n").getBytes(UTF_8);
    try (RawHttp connection = new RawHttp(http)) {
      connection.write(("PUT /objects/endless" + Thread.currentThread().threadId() + " HTTP/1.1\r\nHost: localhost\r\n"
          + "Authorization: Bearer " + ServedMain.TOKEN + "\r\nTransfer-Encoding: chunked\r\n\r\n").getBytes(UTF_8));
      while (true) {
        connection.write(chunk);
      }
    }
  }

  private List<RawHttp> open(int count, String beginning) throws IOException {
    List<RawHttp> all = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      RawHttp connection = new RawHttp(http);
      connection.socket().setReceiveBufferSize(4096);
      connection.write(beginning.getBytes(UTF_8));
      all.add(connection);
    }
    return all;
  }

  /** One byte of each connection. */
  private interface Step {
    int take(RawHttp connection) throws IOException;
  }

  private static void slowly(List<RawHttp> connections, Step step) {
    Thread.ofPlatform().daemon().start(() -> {
      while (true) {
        for (RawHttp each : connections) {
          move(each, step);
        }
        try {
          Thread.sleep(A_SECOND);
        } catch (InterruptedException e) {
          return;
        }
      }
    });
  }

  private static void move(RawHttp connection, Step step) {
    if (connection.socket().isClosed()) {
      return;
    }
    try {
      if (step.take(connection) < 0) {
        throw new EOFException();
      }
    } catch (IOException ended) {
      ends.incrementAndGet();
      close(connection);
    }
  }

  private static void close(RawHttp connection) {
    try {
      connection.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
