package io.packice.cli;

import io.packice.PackiceClient;
import io.packice.core.PeerStats;
import io.packice.core.SessionStatus;
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
final class StatsCommand extends ClientCommand {
  StatsCommand(Console console) {
    super(console);
  }

  @Override
  int run(PackiceClient client) throws IOException {
    PeerStats stats = client.stats();
    if (json()) {
      printJson(fields(stats, client.sessions()));
      return 0;
    }
    line("socket", address());
    line("objects", stats.objects() + " sealed, " + Statuses.count(stats.drafts(), "draft"));
    if (stats.quarantined() > 0) {
      line("damaged", Statuses.count(stats.quarantined(), "object") + " in quarantine, not served");
    }
    line("leases", stats.leases() + " in " + Statuses.count(stats.sessions(), "session"));
    line("capacity",
        ByteSize.format(stats.capacityBytes()) + ", " + ByteSize.format(stats.freeBytes()) + " of it free");
    line("live", ByteSize.format(stats.liveBytes()) + ", " + ByteSize.format(stats.leasedBytes()) + " of it leased, "
        + ByteSize.format(stats.pinnedBytes()) + " pinned");
    line("drafts", ByteSize.format(stats.draftBytes()));
    line("zombies", ByteSize.format(stats.zombieBytes()) + " discarded but still mapped");
    line("reads",
        Statuses.count(stats.hits(), "hit") + ", " + stats.misses() + (stats.misses() == 1 ? " miss" : " misses"));
    line("evicted", Statuses.count(stats.evictions(), "object"));
    line("refused", stats.refusals() + " for want of room");
    for (SessionStatus session : client.sessions()) {
      line("session", session.caller() + ", connected for " + Durations.format(session.age()) + ", "
          + Statuses.count(session.leases(), "lease"));
    }
    return 0;
  }

  private void line(String name, String value) throws IOException {
    console.line(String.format("%-8s %s", name, value));
  }

  private static Map<String, Object> fields(PeerStats stats, List<SessionStatus> sessions) {
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
    fields.put("connected", sessions.stream().map(StatsCommand::fields).toList());
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
