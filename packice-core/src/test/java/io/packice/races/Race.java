package io.packice.races;

import static org.assertj.core.api.Assertions.assertThat;

import io.packice.core.PackiceException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;

/**
 * Runs actors against each other, many rounds, each round on fresh state. An actor's ending is what it returns, or the code of the refusal that it
 * met; a round's ending is those of all actors, joined by commas.
 */
final class Race {
  private final int rounds;
  private final Set<String> allowed;

  private Race(int rounds, Set<String> allowed) {
    this.rounds = rounds;
    this.allowed = allowed;
  }

  static Race of(int rounds, String... allowedEndings) {
    return new Race(rounds, Set.of(allowedEndings));
  }

  /** Runs it; {@code actors} gives a round's actors, and {@code afterwards} looks at what they left. */
  void run(IntFunction<List<Callable<String>>> actors, Runnable afterwards) throws Exception {
    Map<String, Integer> endings = new TreeMap<>();
    try (ExecutorService executor = Executors.newCachedThreadPool()) {
      for (int round = 0; round < rounds; round++) {
        List<Callable<String>> all = actors.apply(round);
        AtomicInteger ready = new AtomicInteger(all.size());
        List<Future<String>> running = new ArrayList<>();
        for (Callable<String> actor : all) {
          running.add(executor.submit(() -> {
            ready.decrementAndGet();
            while (ready.get() > 0) {
              Thread.onSpinWait();
            }
            return ending(actor);
          }));
        }
        List<String> ended = new ArrayList<>();
        for (Future<String> actor : running) {
          ended.add(actor.get());
        }
        endings.merge(String.join(",", ended), 1, Integer::sum);
        afterwards.run();
      }
    }
    System.out.println("endings: " + endings);
    assertThat(endings.keySet()).as("endings of %d rounds", rounds).isSubsetOf(allowed);
  }

  private static String ending(Callable<String> actor) throws Exception {
    try {
      return actor.call();
    } catch (PackiceException refusal) {
      return refusal.code().name();
    } catch (IllegalStateException closed) {
      return "closed";
    }
  }
}
