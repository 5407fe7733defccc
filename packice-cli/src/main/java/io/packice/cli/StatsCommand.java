package io.packice.cli;

import io.packice.PackiceClient;
import io.packice.core.PeerStats;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine.Command;

/** {@code packice stats}. */
@Command(name = "stats", description = "Describe a peer: objects, leases, memory, hits and misses.", footer = {
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
      printJson(fields(stats));
      return 0;
    }
    line("socket", address());
    line("objects", stats.objects() + " sealed, " + Statuses.count(stats.drafts(), "draft"));
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
    return 0;
  }

  private void line(String name, String value) throws IOException {
    console.line(String.format("%-8s %s", name, value));
  }

  private static Map<String, Object> fields(PeerStats stats) {
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
    return fields;
  }
}
