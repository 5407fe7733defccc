package io.packice.arrow;

import io.packice.LeasedObject;
import io.packice.ObjectWriter;
import io.packice.PackiceClient;
import io.packice.arrow.manifest.DraftParts;
import io.packice.arrow.manifest.Manifest;
import io.packice.arrow.manifest.TableColumns;
import io.packice.arrow.manifest.TableDescription;
import io.packice.arrow.manifest.TableFormatException;
import io.packice.core.AlreadyExistsException;
import io.packice.core.LeaseExpiredException;
import io.packice.core.NotFoundException;
import io.packice.core.NotSealedException;
import io.packice.core.PeerUnavailableException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The next version of a table, made of what there is and of parts that others have written: with {@link PartsWriter}, in whatever process. They are kept from
 * {@link #keep} on, and published by {@link #commit}, all at once. Nobody is kept waiting meanwhile: it is at the commit that the table is looked at, and if it
 * has changed in a way that the change does not go with, the commit fails.
 *
 * <p>Safe from any thread. Whoever made the change closes it, which discards what was not published; a second close does nothing. If its process is killed,
 * the parts end with their leases.
 */
public final class TableChange implements AutoCloseable {
  private static final long POLL_NANOS = 5_000_000;

  private final PackiceClient client;
  private final ArrowTables tables;
  private final String table;
  private final Duration patience;
  private final TableOptions options;
  private final Map<String, DraftParts.Draft> kept = new HashMap<>(); // by the part's id
  private final List<DraftParts> all = new ArrayList<>();
  private boolean closed;

  TableChange(PackiceClient client, ArrowTables tables, String table, Duration patience, TableOptions options) {
    this.client = client;
    this.tables = tables;
    this.table = table;
    this.patience = patience;
    this.options = options;
  }

  /**
   * Takes parts over and keeps them, until the commit or the close.
   *
   * @param parts what a {@link PartsWriter} has handed over
   * @throws LeaseExpiredException if they are gone already, which takes one lease TTL; write them anew
   * @throws IllegalArgumentException if they are of another table
   * @throws IllegalStateException if this is closed
   */
  public synchronized void keep(DraftParts parts) {
    requireOpen();
    if (!parts.table().equals(table)) {
      throw new IllegalArgumentException("Cannot add parts of table " + parts.table() + " to table " + table);
    }
    for (DraftParts.Draft draft : parts.drafts()) {
      Duration _ = client.renew(draft.lease());
      kept.put(draft.part().id(), draft);
      client.keep(draft.lease(), parts.leaseTtl());
    }
    all.add(parts);
  }

  /**
   * Publishes the next version. While the edit runs nobody else can change the table, so what it decides holds.
   *
   * @param edit from the table as it is now, null if there is none, to what it is to be; made by {@link TableDescription#of} or by the {@code with…} methods of
   *     what it is given. What it throws is thrown on, and nothing was published
   * @return what was published
   * @throws TableConflictException if somebody else is writing the table for longer than the patience, or a kept part has another schema than the table has by now
   * @throws LeaseExpiredException if a kept part is gone; nothing was published
   * @throws TableFormatException if the object of that name is no table, or one that this version cannot read
   * @throws IllegalArgumentException if the description names a part that is neither the table's nor kept
   * @throws IllegalStateException if this is closed
   */
  public synchronized TableDescription commit(Function<@Nullable TableDescription, TableDescription> edit) {
    requireOpen();
    TableVersions versions = new TableVersions(client, table);
    Manifest current;
    Manifest next;
    try (ObjectWriter claim = claim()) {
      current = currentOrNull();
      versions.discardOrphans(current);
      TableDescription edited = edit.apply(current == null ? null : new TableDescription(table, current, 0));
      next = edited.manifest().pruned().withVersion(current == null ? 1 : current.version() + 1);
      publish(claim, current, next, versions, drafts(next, current));
    }
    return new TableDescription(table, next, 0);
  }

  private void publish(ObjectWriter claim, @Nullable Manifest current, Manifest next, TableVersions versions,
      List<DraftParts.Draft> drafts) {
    List<String> leases = drafts.stream().map(DraftParts.Draft::lease).toList();
    List<String> over = current == null ? List.of() : versions.over(current, next);
    TableWriter.fill(claim, next);
    if (current != null && next.history() > 0) {
      try (ObjectWriter earlier = versions.draft(current.version(), options.room())) {
        TableWriter.fill(earlier, current);
        seal(leases, List.of(earlier, claim), over);
      }
    } else {
      seal(leases, List.of(claim), over);
    }
    versions.discardRest(over);
    drafts.forEach(draft -> {
      kept.remove(draft.part().id());
      release(draft.lease()); // what is published is protected like any table
    });
  }

  private void seal(List<String> leases, List<ObjectWriter> manifests, List<String> over) {
    try {
      client.seal(leases, manifests, TableVersions.first(over));
    } catch (LeaseExpiredException gone) {
      throw new LeaseExpiredException("Cannot commit table " + table + ": "
          + (leases.size() == 1 ? "its new part" : "one of its " + leases.size() + " new parts")
          + " is gone, as nobody renewed its lease in time (" + gone.getMessage()
          + "); nothing was published, write it anew");
    }
  }

  /** The manifest's draft, without a long wait for another's. */
  private ObjectWriter claim() {
    long startNanos = System.nanoTime();
    while (true) {
      try {
        return tables.claim(table, options);
      } catch (AlreadyExistsException busy) {
        if (System.nanoTime() - startNanos >= patience.toNanos() || Thread.currentThread().isInterrupted()) {
          throw new TableConflictException("Cannot commit table " + table + ": somebody else has been writing it for "
              + patience.toMillis() + " ms; nothing was published, try again when they are done");
        }
        LockSupport.parkNanos(POLL_NANOS);
      }
    }
  }

  private @Nullable Manifest currentOrNull() {
    try (LeasedObject leased = client.get(table)) {
      return ArrowTables.read(leased);
    } catch (NotFoundException | NotSealedException _) {
      return null;
    }
  }

  /** The kept parts that a manifest names. The others must be there already. */
  private List<DraftParts.Draft> drafts(Manifest next, @Nullable Manifest current) {
    List<String> there = current == null ? List.of() : current.parts().stream().map(Manifest.Part::id).toList();
    List<DraftParts.Draft> drafts = new ArrayList<>();
    for (Manifest.Part part : next.parts()) {
      DraftParts.Draft draft = kept.get(part.id());
      if (draft != null) {
        drafts.add(draft);
      } else if (!there.contains(part.id())) {
        throw new IllegalArgumentException(
            "Cannot commit table " + table + ": part " + part.id() + " is neither the table's nor kept here");
      }
    }
    if (!drafts.isEmpty()) {
      requireSchema(next);
    }
    return drafts;
  }

  private void requireSchema(Manifest next) {
    for (DraftParts parts : all) {
      if (!parts.drafts().isEmpty() && !TableColumns.haveSameTypes(parts.schema(), next.schema())) {
        throw new TableConflictException("Cannot commit table " + table + ": its columns are "
            + next.schema().plain().getFields() + " by now, and the new parts have "
            + parts.schema().plain().getFields() + "; nothing was published, write it anew");
      }
    }
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException("Cannot change table " + table + ": this change is closed; begin anew");
    }
  }

  private void release(String lease) {
    try {
      client.release(lease);
    } catch (PeerUnavailableException gone) {
      Log.leaseEndedWithPeer(table, gone);
    }
  }

  /** Ends the change; parts that were not published are discarded. */
  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    kept.values().forEach(draft -> release(draft.lease()));
    kept.clear();
  }
}
