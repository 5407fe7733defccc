package io.packice.jmh.load;

import io.packice.PackiceClient;
import io.packice.core.PeerStats;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.HdrHistogram.Histogram;

/** Puts a load on peers: every thread follows its own choices, and what it measures is added up at the end. */
final class Load {
  private static final int WARM_UP_PART = 10;
  private static final double NANOS = 1e9;

  private final Workload workload;
  private final List<Callable<PackiceClient>> peers;

  /** Each peer is a way to connect to it; keys are spread over them. */
  Load(Workload workload, List<Callable<PackiceClient>> peers) {
    this.workload = workload;
    this.peers = peers;
  }

  /** Runs all of it. */
  Outcome run() throws Exception {
    List<List<PackiceClient>> clients = new ArrayList<>();
    try {
      for (int i = 0; i < workload.clients(); i++) {
        List<PackiceClient> own = new ArrayList<>();
        clients.add(own);
        for (Callable<PackiceClient> peer : peers) {
          own.add(peer.call());
        }
      }
      Outcome _ = measure(clients, workload.duration().dividedBy(WARM_UP_PART).toNanos(), workload.seed() + 1);
      return measure(clients, workload.duration().toNanos(), workload.seed());
    } finally {
      clients.forEach(own -> own.forEach(PackiceClient::close));
    }
  }

  private Outcome measure(List<List<PackiceClient>> clients, long nanos, long seed) throws Exception {
    List<PeerStats> before = stats(clients);
    int threads = workload.clients() * workload.threads();
    List<LoadThread> all = new ArrayList<>();
    long startNanos = System.nanoTime();
    try (ExecutorService executor = Executors.newFixedThreadPool(threads)) {
      List<Future<LoadThread>> running = new ArrayList<>();
      for (int i = 0; i < threads; i++) {
        LoadThread thread = new LoadThread(workload, clients.get(i % workload.clients()), i, threads, seed + 31L * i,
            startNanos, nanos);
        running.add(executor.submit(thread));
      }
      for (Future<LoadThread> each : running) {
        all.add(each.get());
      }
    } catch (ExecutionException e) {
      throw e.getCause() instanceof Exception cause ? cause : e;
    }
    double seconds = (System.nanoTime() - startNanos) / NANOS;
    return new Outcome(seconds, merged(all.stream().map(LoadThread::reads).toList()),
        merged(all.stream().map(LoadThread::writes).toList()), all.stream().mapToLong(LoadThread::hits).sum(),
        all.stream().mapToLong(LoadThread::misses).sum(), all.stream().mapToLong(LoadThread::ghosts).sum(),
        all.stream().mapToLong(LoadThread::refused).sum(), all.stream().mapToLong(LoadThread::collisions).sum(),
        all.stream().mapToLong(LoadThread::neverBegun).sum(), before,
        stats(clients));
  }

  private static List<PeerStats> stats(List<List<PackiceClient>> clients) {
    return clients.getFirst().stream().map(PackiceClient::stats).toList();
  }

  private static Histogram merged(List<Histogram> parts) {
    Histogram whole = LoadThread.histogram();
    parts.forEach(whole::add);
    return whole;
  }
}
