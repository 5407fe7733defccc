package io.packice.jmh.load;

import io.packice.Packice;
import io.packice.PackiceClient;
import io.packice.peers.MemoryPeer;
import io.packice.transport.uds.UdsServer;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Puts a load on peers. */
@Command(name = "load", mixinStandardHelpOptions = true, sortOptions = false,
    description = "Puts a load on peers and says how they took it: throughput, latencies (corrected for coordinated omission), hits,"
        + " evictions, resident bytes. Peers in memory are started for it, unless --socket names others. A read that finds nothing is"
        + " followed by a put, as in a cache.%n",
    footer = {"", "Example:",
        "  ./packice bench load --clients 4 --threads 2 --size 65536 --write-ratio 0.1 --zipf 0.99"})
public final class LoadCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(names = "--socket", paramLabel = "PATH",
      description = "The socket of a running peer; may be given more than once. What is put there stays.") private List<
          Path> sockets =
              List.of();

  @Option(names = "--peers", paramLabel = "N", defaultValue = "1",
      description = "How many peers are started without --socket; ${DEFAULT-VALUE}.") private int peers;

  @Option(names = "--capacity", paramLabel = "BYTES", defaultValue = "268435456",
      description = "Of each of them; ${DEFAULT-VALUE}.") private long capacityBytes;

  @Option(names = "--clients", paramLabel = "N", defaultValue = "2",
      description = "Connections to each peer; ${DEFAULT-VALUE}.") private int clients;

  @Option(names = "--threads", paramLabel = "N", defaultValue = "1",
      description = "Threads that share a connection; ${DEFAULT-VALUE}.") private int threads;

  @Option(names = "--objects", paramLabel = "N", defaultValue = "10000",
      description = "How many there are; ${DEFAULT-VALUE}.") private int objects;

  @Option(names = "--size", paramLabel = "BYTES", defaultValue = "65536",
      description = "Of each object; ${DEFAULT-VALUE}.") private int sizeBytes;

  @Option(names = "--write-ratio", paramLabel = "PART", defaultValue = "0.1",
      description = "Of the operations; ${DEFAULT-VALUE}.") private double writeRatio;

  @Option(names = "--zipf", paramLabel = "EXPONENT", defaultValue = "0.99",
      description = "How uneven objects are chosen, 0 for evenly; ${DEFAULT-VALUE}.") private double zipf;

  @Option(names = "--ghost", paramLabel = "PART", defaultValue = "0",
      description = "Of the reads: of objects that nobody writes; ${DEFAULT-VALUE}.") private double ghostRatio;

  @Option(names = "--ttl-ratio", paramLabel = "PART", defaultValue = "0",
      description = "Of the puts: with a life; ${DEFAULT-VALUE}.") private double ttlRatio;

  @Option(names = "--ttl", paramLabel = "SECONDS", defaultValue = "1",
      description = "That life; ${DEFAULT-VALUE}.") private double ttlSeconds;

  @Option(names = "--rate", paramLabel = "N", defaultValue = "0",
      description = "Operations each second in all; 0 for as many as can be, which it is if not given.") private double rate;

  @Option(names = "--seed", paramLabel = "N", defaultValue = "42",
      description = "Of all choices; ${DEFAULT-VALUE}.") private long seed;

  @Option(names = "--duration", paramLabel = "SECONDS", defaultValue = "10",
      description = "How long, after a tenth of it to warm up; ${DEFAULT-VALUE}.") private double durationSeconds;

  private static Duration seconds(double value) {
    return Duration.ofNanos((long) (value * 1e9));
  }

  @Override
  public Integer call() throws Exception {
    Workload workload;
    try {
      workload = new Workload(clients, threads, objects, sizeBytes, writeRatio, zipf, ghostRatio, ttlRatio,
          seconds(ttlSeconds), rate, seed, seconds(durationSeconds));
      if (peers < 1 || capacityBytes < 1) {
        throw new IllegalArgumentException(
            "Cannot start " + peers + " peers of " + capacityBytes + " bytes; give at least 1 of each");
      }
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
    }
    PrintWriter out = spec.commandLine().getOut();
    out.println(workload);
    run(workload).lines().forEach(out::println);
    out.flush();
    return CommandLine.ExitCode.OK;
  }

  private Outcome run(Workload workload) throws Exception {
    if (!sockets.isEmpty()) {
      return new Load(workload, connections(sockets)).run();
    }
    Path folder = Files.createTempDirectory("packice-load-");
    Deque<AutoCloseable> opened = new ArrayDeque<>();
    opened.push(() -> Files.delete(folder));
    try {
      List<Path> own = new ArrayList<>();
      for (int i = 0; i < peers; i++) {
        Path socket = folder.resolve("peer-" + i + ".sock");
        MemoryPeer peer = MemoryPeer.create(capacityBytes);
        opened.push(peer);
        opened.push(UdsServer.open(peer, socket));
        own.add(socket);
      }
      return new Load(workload, connections(own)).run();
    } finally {
      while (!opened.isEmpty()) {
        opened.pop().close();
      }
    }
  }

  private static List<Callable<PackiceClient>> connections(List<Path> sockets) {
    return sockets.stream().<Callable<PackiceClient>>map(socket -> () -> Packice.connect(socket)).toList();
  }
}
