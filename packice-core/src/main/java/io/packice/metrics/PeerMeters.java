package io.packice.metrics;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.packice.core.PeerStats;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;

/** What a peer is at the moment of a scrape: all numbers of one scrape are of the same moment. */
final class PeerMeters {
  private final MeterRegistry registry;
  private volatile PeerStats stats;

  PeerMeters(MeterRegistry registry, PeerStats first) {
    this.registry = registry;
    this.stats = first;
    gauge("packice.leases", "Leases of all kinds", PeerStats::leases);
    gauge("packice.sessions", "Open sessions; HTTP as a whole has one, besides those of its clients",
        stats -> stats.sessions() - 1); // without the scrape's own
    counter("packice.hits", "Acquires for reading that found their object", PeerStats::hits);
    counter("packice.misses", "Acquires for reading that did not", PeerStats::misses);
    counter("packice.evictions", "Objects evicted to make room", PeerStats::evictions);
    counter("packice.refusals", "Acquires refused because there was no room", PeerStats::refusals);
    gauge("packice.quarantined", "Damaged objects that the store has set aside", PeerStats::quarantined);
    gauge("packice.heap.used.bytes", "What is in use of the heap, or not collected yet",
        stats -> stats.heap().usedBytes());
    gauge("packice.heap.committed.bytes", "What the process has of its host for its heap",
        stats -> stats.heap().committedBytes());
    gauge("packice.heap.limit.bytes", "The most that the heap may have",
        stats -> stats.heap().limitBytes());
    Gauge.builder("packice.descriptors", PeerMeters::descriptors).description("Open file descriptors of this process")
        .register(registry);
    if (first.tiers().isEmpty()) {
      holdings("all", () -> stats);
    }
    for (int i = 0; i < first.tiers().size(); i++) {
      int tier = i;
      holdings(first.tiers().get(i).name(), () -> stats.tiers().get(tier).stats());
      arrivals(first.tiers().get(i).name(), tier);
    }
  }

  /** Takes the numbers that the next scrape shows. */
  void refresh(PeerStats now) {
    stats = now;
  }

  /** The stats of one tier, at the last refresh. */
  private interface Source {
    PeerStats stats();
  }

  private void holdings(String tier, Source source) {
    Gauge.builder("packice.objects", () -> source.stats().objects()).tag("tier", tier).description("Sealed objects")
        .register(registry);
    Gauge.builder("packice.drafts", () -> source.stats().drafts()).tag("tier", tier)
        .description("Objects that are being made").register(registry);
    Gauge.builder("packice.capacity.bytes", () -> source.stats().capacityBytes()).tag("tier", tier)
        .description("The most bytes that the tier holds").register(registry);
    bytes(tier, "live", source, PeerStats::liveBytes);
    bytes(tier, "draft", source, PeerStats::draftBytes);
    bytes(tier, "zombie", source, PeerStats::zombieBytes);
    bytes(tier, "free", source, PeerStats::freeBytes);
    Gauge.builder("packice.leased.bytes", () -> source.stats().leasedBytes()).tag("tier", tier)
        .description("The part of the live bytes with a lease on it").register(registry);
    Gauge.builder("packice.bookkeeping.bytes", () -> source.stats().bookkeepingBytes()).tag("tier", tier)
        .description("What names, groups, metadata and leases take of the heap").register(registry);
    Gauge.builder("packice.bookkeeping.limit.bytes", () -> source.stats().bookkeepingLimitBytes()).tag("tier", tier)
        .description("The most that they take").register(registry);
    Gauge.builder("packice.pinned.bytes", () -> source.stats().pinnedBytes()).tag("tier", tier)
        .description("The part of the live bytes that is pinned").register(registry);
  }

  private void bytes(String tier, String state, Source source, ToLongFunction<PeerStats> number) {
    Gauge.builder("packice.bytes", () -> number.applyAsLong(source.stats())).tag("tier", tier).tag("state", state)
        .description("Bytes by state; the states add up to the capacity").register(registry);
  }

  private void arrivals(String name, int tier) {
    FunctionCounter.builder("packice.tier.arrivals", this, meters -> meters.stats.tiers().get(tier).arrivals())
        .tag("tier", name).description("Objects copied to the tier from another one").register(registry);
    FunctionCounter.builder("packice.tier.arrived.bytes", this, meters -> meters.stats.tiers().get(tier).arrivedBytes())
        .tag("tier", name).description("Their bytes").register(registry);
  }

  private void gauge(String name, String description, ToLongFunction<PeerStats> number) {
    Gauge.builder(name, () -> number.applyAsLong(stats)).description(description).register(registry);
  }

  private void counter(String name, String description, ToLongFunction<PeerStats> number) {
    FunctionCounter.builder(name, this, meters -> number.applyAsLong(meters.stats)).description(description)
        .register(registry);
  }

  private static long descriptors() {
    try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
      return open.count() - 1; // without the one that lists them
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
