package io.packice.jmh;

import io.packice.ObjectWriter;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Claim: client processes do not hold each other up: together they lease, map, look at, unmap and release as often each second as the cores allow.
 * Every client is a process of its own, and so is the peer. Floor: as many processes that open and map a file in memory, and ask nobody.
 *
 * <pre>
 *   ./packice bench Clients
 * </pre>
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 4, time = 1)
@Quick("clients=1,2,4")
public class ClientsBenchmark {
  private static final int OPERATIONS = 1200; // by any number of clients up to 6 without a rest

  /** How many processes. */
  @Param({"1", "2", "3", "4", "6"}) public int clients;

  private ServedMemory memory;
  private Path file;
  private final List<Client> started = new ArrayList<>();

  /** A process that does something as often as it is told. */
  private record Client(Process process, Writer in, BufferedReader out) {
    static Client start(ClientMain.Target target, Path path) throws IOException {
      List<String> command = new ArrayList<>(
          List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-XX:+UseSerialGC", "-Xmx128m"));
      command.addAll(Main.JVM_ARGS);
      command.addAll(List.of("-cp", System.getProperty("java.class.path"), ClientMain.class.getName(), target.name(),
          path.toString()));
      Process process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
      return new Client(process, process.outputWriter(StandardCharsets.UTF_8),
          process.inputReader(StandardCharsets.UTF_8));
    }

    void ask(int operations) throws IOException {
      in.write(operations + "\n");
      in.flush();
    }

    long answer() throws IOException {
      String line = out.readLine();
      if (line == null) {
        throw new IOException("a client process ended; see what it printed");
      }
      return Long.parseLong(line);
    }
  }

  /** Starts the peer. */
  @Setup
  public void start() throws IOException {
    memory = ServedMemory.start();
    try (ObjectWriter writer = memory.client().create("object", ClientMain.BYTES)) {
      writer.blob(0).segment().fill((byte) 1);
      writer.seal();
    }
    file = Files.write(memory.file("file"), new byte[ClientMain.BYTES]);
  }

  /** Ends everybody. */
  @TearDown
  public void close() throws InterruptedException {
    for (Client client : started) {
      client.process.destroy();
      int _ = client.process.waitFor();
    }
    memory.close();
  }

  private long all(ClientMain.Target target, Path path) throws IOException {
    while (started.size() < clients) {
      started.add(Client.start(target, path));
    }
    int each = OPERATIONS / clients;
    for (Client client : started) {
      client.ask(each);
    }
    long done = 0;
    for (Client client : started) {
      done += client.answer();
    }
    return Answer.mustBe((long) each * clients, done);
  }

  /** Over the Unix socket. */
  @Benchmark
  @OperationsPerInvocation(OPERATIONS)
  public long packice() throws IOException {
    return all(ClientMain.Target.PEER, memory.file("peer.sock"));
  }

  /** Of a file in memory. */
  @Benchmark
  @OperationsPerInvocation(OPERATIONS)
  @ComparedTo("packice")
  public long floorFileMapping() throws IOException {
    return all(ClientMain.Target.FILE, file);
  }
}
