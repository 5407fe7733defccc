package io.packice.arrow;

import io.packice.LeasedObject;
import io.packice.ObjectWriter;
import io.packice.PackiceClient;
import io.packice.core.AcquireRequest.IfExists;
import io.packice.core.StoredObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.WritableByteChannel;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Gives a table another name. Parts are found, evicted and discarded by their table's name, so they cannot stay where they are: their bytes are copied within
 * the peer. The new table is sealed as a whole, and the old one goes with it; both names are claimed meanwhile, so nobody writes either.
 */
final class TableRename {
  private final PackiceClient client;
  private final ArrowTables tables;
  private final String from;
  private final String to;
  private final PartDrafts drafts;

  private final List<ObjectWriter> written = new ArrayList<>();
  private final Map<String, String> copies = new HashMap<>(); // by the id of the part

  TableRename(PackiceClient client, ArrowTables tables, String from, String to) {
    this.client = client;
    this.tables = tables;
    this.from = from;
    this.to = to;
    this.drafts = new PartDrafts(client, to);
  }

  void run() {
    TableVersions before = new TableVersions(client, from);
    TableVersions after = new TableVersions(client, to);
    try (ObjectWriter claim = tables.claim(to, IfExists.FAIL);
        ObjectWriter _ = tables.claim(from, IfExists.REPLACE)) {
      after.discardOrphans(null);
      copyAll(before, after, claim);
      List<String> old = before.all(); // its claim was refused if this caller may not discard it
      client.seal(List.of(), written, TableVersions.first(old));
      before.discardRest(old);
    } finally {
      written.forEach(ObjectWriter::close);
    }
  }

  /** Under a lease, so that the copy does not push out what it is of. */
  private void copyAll(TableVersions before, TableVersions after, ObjectWriter claim) {
    try (LeasedObject leased = client.get(from)) {
      Manifest current = ArrowTables.read(leased);
      for (StoredObject object : before.objects()) {
        long version = before.number(object);
        Manifest earlier = version < current.version() ? before.manifestOrNull(version) : null;
        if (earlier != null) {
          Manifest copy = copied(earlier); // before its draft: parts are sealed first
          ObjectWriter draft = after.draft(version, object.meta());
          written.add(draft);
          TableWriter.fill(draft, copy);
        }
      }
      TableWriter.fill(claim, copied(current));
      written.add(claim);
    }
  }

  private Manifest copied(Manifest manifest) {
    return manifest.withParts(manifest.parts().stream().map(part -> part.named(copy(part.id()))).toList());
  }

  /** Versions share parts, so each is copied once. */
  private String copy(String part) {
    return copies.computeIfAbsent(part, id -> {
      try (LeasedObject source = client.get(id)) {
        ObjectWriter draft = drafts.create(source.blob(0).byteSize());
        written.add(draft);
        try (WritableByteChannel channel = draft.blob(0).channel()) {
          new PartSink(channel).write(source.blob(0).segment());
        }
        return draft.id();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    });
  }
}
