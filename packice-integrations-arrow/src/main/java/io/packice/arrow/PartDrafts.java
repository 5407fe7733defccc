package io.packice.arrow;

import io.packice.ObjectWriter;
import io.packice.PackiceClient;
import io.packice.arrow.manifest.Manifest;
import io.packice.core.AcquireRequest;
import io.packice.core.AcquireRequest.Binding;
import io.packice.core.ObjectId;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Makes the drafts of a table's new parts, each under a name of its own. Safe from any thread. */
final class PartDrafts {
  static final String INFIX = "/part-";

  private final PackiceClient client;
  private final String table;
  private final String prefix;
  private final TableOptions options;
  private final @Nullable Duration leaseTtl;
  private final AtomicInteger next = new AtomicInteger();

  /** Drafts that end with the client. */
  PartDrafts(PackiceClient client, String table, TableOptions options) {
    this(client, table, options, null);
  }

  /** Drafts that outlive the client, and end one TTL after the last that renewed their leases. */
  PartDrafts(PackiceClient client, String table, TableOptions options, @Nullable Duration leaseTtl) {
    this.client = client;
    this.options = options;
    this.table = table;
    this.leaseTtl = leaseTtl;
    byte[] unique = new byte[8]; // no reader of another version, or of a dropped table, can meet these parts by name
    new SecureRandom().nextBytes(unique);
    this.prefix = table + INFIX + HexFormat.of().formatHex(unique) + "-";
  }

  String table() {
    return table;
  }

  ObjectWriter create(long byteSize) {
    String id = prefix + String.format("%05d", next.getAndIncrement());
    return client.create(AcquireRequest.create(new ObjectId(id), List.of(byteSize))
        .withGroup(table)
        .withTtl(leaseTtl)
        .withBinding(leaseTtl == null ? Binding.SESSION : Binding.DETACHED)
        .withMeta(Manifest.PART_META)
        .withRoom(options.room())
        .withExpectedBytes(options.expectedBytes()));
  }
}
