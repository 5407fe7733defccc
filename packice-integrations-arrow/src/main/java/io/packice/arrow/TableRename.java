package io.packice.arrow;

import io.packice.LeasedObject;
import io.packice.ObjectWriter;
import io.packice.PackiceClient;
import io.packice.arrow.batch.PartSink;
import io.packice.arrow.manifest.Manifest;
import io.packice.core.AcquireRequest.IfExists;
import io.packice.core.AcquireRequest.Room;
import io.packice.core.StoredObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.WritableByteChannel;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Gives a table another name. Parts are found, evicted and discarded by their table's name, so they cannot stay where they are: their bytes are copied within
 * the peer. The new table is sealed as a whole, and the old one goes with it; both names are claimed meanwhile, so nobody writes either.
 */
final class TableRename {
  private final PackiceClient client;
  private final ArrowTables tables;
  private final String from;
  private final String to;

  private final List<ObjectWriter> written = new ArrayList<>();
  private final Map<String, String> copies = new HashMap<>(); // by the id of the part

  TableRename(PackiceClient client, ArrowTables tables, String from, String to) {
    this.client = client;
    this.tables = tables;
    this.from = from;
    this.to = to;
  }

  void run() {
    TableVersions before = new TableVersions(client, from);
    TableVersions after = new TableVersions(client, to);
    try (ObjectWriter claim = tables.claim(to, TableOptions.defaults());
        ObjectWriter _ = tables.claim(from, TableOptions.defaults().withIfExists(IfExists.REPLACE))) {
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
      List<StoredObject> earlier =
          before.objects().stream().filter(object -> before.number(object) < current.version()).toList();
      Map<StoredObject, Manifest> manifests = new LinkedHashMap<>();
      for (StoredObject object : earlier) {
        Manifest manifest = before.manifestOrNull(before.number(object));
        if (manifest != null) {
          manifests.put(object, manifest);
        }
      }
      PartDrafts drafts = new PartDrafts(client, to, TableOptions.defaults()
          .withExpectedBytes(byteSize(Stream.concat(manifests.values().stream(), Stream.of(current)))));
      manifests.forEach((object, manifest) -> {
        Manifest copy = copied(manifest, drafts); // before its draft: parts are sealed first
        ObjectWriter draft = after.draft(manifest.version(), object.meta(), Room.USUAL);
        written.add(draft);
        TableWriter.fill(draft, copy);
      });
      TableWriter.fill(claim, copied(current, drafts));
      written.add(claim);
    }
  }

  /** What the parts of some versions take together. */
  private static long byteSize(Stream<Manifest> versions) {
    Map<String, Long> sizes = new HashMap<>();
    versions.flatMap(version -> version.parts().stream()).forEach(part -> sizes.put(part.id(), part.byteSize()));
    return sizes.values().stream().mapToLong(Long::longValue).sum();
  }

  private Manifest copied(Manifest manifest, PartDrafts drafts) {
    return manifest.withParts(manifest.parts().stream().map(part -> part.named(copy(part.id(), drafts))).toList());
  }

  /** Versions share parts, so each is copied once. */
  private String copy(String part, PartDrafts drafts) {
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
