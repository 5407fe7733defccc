package io.packice.cli.objects;

import io.packice.PackiceClient;
import io.packice.cli.command.ByteSize;
import io.packice.cli.command.ClientCommand;
import io.packice.cli.command.Console;
import io.packice.cli.command.Durations;
import io.packice.cli.command.Quantity;
import io.packice.core.MemberStatus;
import io.packice.core.PeerStats;
import io.packice.core.SessionStatus;
import io.packice.core.TierStatus;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;

/** {@code packice stats}. */
@Command(name = "stats",
    description = "Describe a peer: objects, leases, memory, hits and misses, and who is connected.", footer = {
        "  packice stats",
        "  packice stats --json | jq .live_bytes"})
public final class StatsCommand extends ClientCommand {
  /**
   * The command.
   *
   * @param console what the command talks to
   */
  public StatsCommand(Console console) {
    super(console);
  }

  @Override
  protected int run(PackiceClient client) throws IOException {
    PeerStats stats = client.stats();
    if (json()) {
      printJson(fields(stats, client.sessions()));
      return 0;
    }
    line("peer", peerAddress());
    line("objects", stats.objects() + " sealed, " + Quantity.count(stats.drafts(), "draft"));
    if (stats.quarantined() > 0) {
      line("damaged", Quantity.count(stats.quarantined(), "object") + " in quarantine, not served");
    }
    line("leases", stats.leases() + " in " + Quantity.count(stats.sessions(), "session"));
    line("capacity",
        ByteSize.format(stats.capacityBytes()) + ", " + ByteSize.format(stats.freeBytes()) + " of it free");
    line("live", ByteSize.format(stats.liveBytes()) + ", " + ByteSize.format(stats.leasedBytes()) + " of it leased, "
        + ByteSize.format(stats.pinnedBytes()) + " pinned");
    line("drafts", ByteSize.format(stats.draftBytes()));
    line("zombies", ByteSize.format(stats.zombieBytes()) + " discarded but still mapped");
    line("heap", ByteSize.format(stats.bookkeepingBytes()) + " of " + ByteSize.format(stats.bookkeepingLimitBytes())
        + " for names, metadata and leases");
    line("process", describe(stats.heap()));
    line("reads",
        Quantity.count(stats.hits(), "hit") + ", " + stats.misses() + (stats.misses() == 1 ? " miss" : " misses"));
    line("evicted", Quantity.count(stats.evictions(), "object"));
    line("refused", stats.refusals() + " for want of room");
    for (TierStatus tier : stats.tiers()) {
      line(tier.name(), describe(tier));
    }
    for (MemberStatus member : stats.members()) {
      line("member", member.place() + ", "
          + (member.silence().isZero() ? "alive" : "silent for " + Durations.format(member.silence())));
    }
    for (SessionStatus session : client.sessions()) {
      line("session", session.caller() + ", connected for " + Durations.format(session.age()) + ", "
          + Quantity.count(session.leases(), "lease"));
    }
    return 0;
  }

  private void line(String name, String value) throws IOException {
    console.line(String.format("%-8s %s", name, value));
  }

  private static String describe(PeerStats.Heap heap) {
    return heap.equals(PeerStats.Heap.UNKNOWN) ? "an earlier version, which does not say what its heap takes"
        : ByteSize.format(heap.committedBytes()) + " of the host for its heap, " + ByteSize.format(heap.usedBytes())
            + " of it used, at most " + ByteSize.format(heap.limitBytes());
  }

  private static String describe(TierStatus tier) {
    PeerStats stats = tier.stats();
    return Quantity.count(stats.objects(), "object") + ", " + ByteSize.format(stats.liveBytes()) + " of "
        + ByteSize.format(stats.capacityBytes()) + ", " + Quantity.count(tier.arrivals(), "object") + " ("
        + ByteSize.format(tier.arrivedBytes()) + ") copied in, "
        + Quantity.count(stats.evictions(), "object") + " evicted";
  }

  private static Map<String, Object> fields(PeerStats stats, List<SessionStatus> sessions) {
    Map<String, Object> fields = numbers(stats);
    fields.put("tiers", stats.tiers().stream().map(StatsCommand::fields).toList());
    fields.put("members", stats.members().stream().map(StatsCommand::fields).toList());
    fields.put("connected", sessions.stream().map(StatsCommand::fields).toList());
    return fields;
  }

  private static Map<String, Object> fields(TierStatus tier) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("name", tier.name());
    fields.put("arrivals", tier.arrivals());
    fields.put("arrived_bytes", tier.arrivedBytes());
    fields.putAll(numbers(tier.stats()));
    return fields;
  }

  private static Map<String, Object> fields(MemberStatus member) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("name", member.name());
    fields.put("place", member.place());
    fields.put("silent_seconds", Durations.seconds(member.silence()));
    return fields;
  }

  private static Map<String, Object> numbers(PeerStats stats) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("objects", stats.objects());
    fields.put("drafts", stats.drafts());
    fields.put("leases", stats.leases());
    fields.put("sessions", stats.sessions());
    fields.put("capacity_bytes", stats.capacityBytes());
    fields.put("free_bytes", stats.freeBytes());
    fields.put("live_bytes", stats.liveBytes());
    fields.put("draft_bytes", stats.draftBytes());
    fields.put("zombie_bytes", stats.zombieBytes());
    fields.put("leased_bytes", stats.leasedBytes());
    fields.put("pinned_bytes", stats.pinnedBytes());
    fields.put("hits", stats.hits());
    fields.put("misses", stats.misses());
    fields.put("evictions", stats.evictions());
    fields.put("refusals", stats.refusals());
    fields.put("quarantined", stats.quarantined());
    fields.put("bookkeeping_bytes", stats.bookkeepingBytes());
    fields.put("bookkeeping_limit_bytes", stats.bookkeepingLimitBytes());
    fields.put("heap_used_bytes", stats.heap().usedBytes());
    fields.put("heap_committed_bytes", stats.heap().committedBytes());
    fields.put("heap_limit_bytes", stats.heap().limitBytes());
    return fields;
  }

  private static Map<String, @Nullable Object> fields(SessionStatus session) {
    Map<String, @Nullable Object> fields = new LinkedHashMap<>();
    fields.put("pid", orNull(session.caller().pid()));
    fields.put("uid", orNull(session.caller().uid()));
    fields.put("age_seconds", Durations.seconds(session.age()));
    fields.put("leases", session.leases());
    return fields;
  }

  private static @Nullable Long orNull(OptionalLong id) {
    return id.isPresent() ? id.getAsLong() : null;
  }
}
