package io.packice.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.awaitility.core.ThrowingRunnable;

/** What this process still holds of Packice's: descriptors, mappings and threads, from {@code /proc/self}. */
public final class LeakCheck {
  private static final String MARK = "packice:";

  private LeakCheck() {
  }

  /** Descriptors and mappings of objects, one line each. */
  public static List<String> held() {
    try (Stream<Path> descriptors = Files.list(Path.of("/proc/self/fd"));
        Stream<String> maps = Files.lines(Path.of("/proc/self/maps"))) {
      return Stream.concat(descriptors.map(LeakCheck::target), maps).filter(line -> line.contains(MARK)).toList();
    } catch (IOException e) {
      throw new AssertionError("Cannot read /proc/self", e);
    }
  }

  private static String target(Path descriptor) {
    try {
      return Files.readSymbolicLink(descriptor).toString();
    } catch (NoSuchFileException closedMeanwhile) {
      return "";
    } catch (IOException e) {
      throw new AssertionError("Cannot read " + descriptor, e);
    }
  }

  /** Looks until it holds, for what another thread or process is about to do; at most two minutes, which only a hang takes. */
  public static void eventually(ThrowingRunnable assertion) {
    try {
      assertion.run(); // nearly always it holds at once, and histories ask often
      return;
    } catch (AssertionError notYet) {
      // look again below
    } catch (Throwable failure) {
      throw new AssertionError(failure);
    }
    Awaitility.await().pollDelay(Duration.ZERO).pollInterval(Duration.ofMillis(5)).atMost(Duration.ofMinutes(2))
        .untilAsserted(assertion);
  }

  /** Fails if something of Packice's is still held; a server's threads get a moment to see that their clients are gone. */
  public static void assertNothingHeld() {
    eventually(() -> {
      assertThat(held()).as("descriptors and mappings").isEmpty();
      assertThat(Thread.getAllStackTraces().keySet()).as("threads")
          .noneMatch(thread -> thread.getName().startsWith("packice-"));
    });
  }
}
