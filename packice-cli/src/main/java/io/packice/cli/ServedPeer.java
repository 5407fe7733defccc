package io.packice.cli;

import io.packice.core.Peer;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A peer that runs, and what to tell of it.
 *
 * @param peer the peer; closed with this
 * @param impl what {@code --impl} calls it
 * @param dataDir where its files are; null if it has none
 * @param capacityBytes the most bytes that it holds
 * @param description what it holds and where, for people
 */
record ServedPeer(Peer peer, String impl, @Nullable Path dataDir, long capacityBytes, String description)
    implements AutoCloseable {
  /** The same for programs. */
  Map<String, @Nullable Object> fields() {
    Map<String, @Nullable Object> fields = new LinkedHashMap<>();
    fields.put("impl", impl);
    fields.put("capacity_bytes", capacityBytes);
    fields.put("data_dir", dataDir == null ? null : dataDir.toString());
    return fields;
  }

  @Override
  public void close() {
    peer.close();
  }
}
