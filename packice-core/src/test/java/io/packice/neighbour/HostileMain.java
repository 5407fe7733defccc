package io.packice.neighbour;

import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/**
 * Clients that were let in, and send valid and broken requests over both transports, until standard input ends. Says then how often each kind of answer came, and before
 * that, a line each, what must not come: an answer that is none, or that says that the peer itself failed.
 */
final class HostileMain {
  private static final int CLIENTS_OF_EACH = 2;
  private static final int MOST_FAULTS = 20;
  private static final int MOST_OF_A_REQUEST = 500;

  private final Map<String, LongAdder> answers = new ConcurrentSkipListMap<>();
  private final AtomicInteger faults = new AtomicInteger();

  private HostileMain() {
  }

  /** One that goes on until it is told to stop. */
  interface Client {
    /** A connection from its opening to its end. */
    void connection() throws IOException;
  }

  /** Arguments: the seed, the socket's path, the address of HTTP. */
  public static void main(String[] args) throws IOException {
    HostileMain main = new HostileMain();
    for (int i = 0; i < CLIENTS_OF_EACH; i++) {
      SplittableRandom random = new SplittableRandom(Long.parseLong(args[0]) + i);
      main.start(new HostileSocketClient(main, Path.of(args[1]), random.split()));
      main.start(new HostileHttpClient(main, URI.create(args[2]), random.split()));
    }
    System.out.println("started");
    System.in.transferTo(OutputStream.nullOutputStream());
    System.out.println(new TreeMap<>(main.answers));
    System.out.flush();
    Runtime.getRuntime().halt(0); // it does not say good-bye
  }

  private void start(Client client) {
    Thread.ofPlatform().daemon().start(() -> {
      while (true) {
        try {
          client.connection();
        } catch (IOException ended) {
          count("ended");
        } catch (RuntimeException fault) {
          fault("Cannot read an answer: " + fault, "");
        } catch (Error failure) { // a hostile client that dies proves nothing
          fault("Cannot go on as a hostile client: " + failure, "");
          throw failure;
        }
      }
    });
  }

  void count(String answer) {
    answers.computeIfAbsent(answer, _ -> new LongAdder()).increment();
  }

  /** Something that no request may lead to. */
  void fault(String what, String request) {
    count("fault");
    if (faults.incrementAndGet() <= MOST_FAULTS) {
      String shown = what + " after " + (request.length() <= MOST_OF_A_REQUEST ? request
          : request.substring(0, MOST_OF_A_REQUEST) + "… of " + request.length() + " characters");
      System.out.println("FAULT " + shown.replaceAll("\\p{Cntrl}", "?"));
    }
  }
}
