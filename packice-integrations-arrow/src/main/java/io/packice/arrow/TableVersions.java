package io.packice.arrow;

import io.packice.LeasedObject;
import io.packice.ObjectWriter;
import io.packice.PackiceClient;
import io.packice.arrow.manifest.Manifest;
import io.packice.arrow.manifest.TableFormatException;
import io.packice.core.AcquireRequest;
import io.packice.core.AcquireRequest.Room;
import io.packice.core.Metadata;
import io.packice.core.NotFoundException;
import io.packice.core.ObjectId;
import io.packice.core.ObjectStatus;
import io.packice.core.Session;
import io.packice.core.StoredObject;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The earlier versions of one table, each a manifest {@code NAME@VERSION}, and the parts that some version names. A part lives as long as there
 * is such a version.
 */
final class TableVersions {
  private static final String INFIX = "@";
  private static final Pattern VERSION = Pattern.compile(INFIX + "[1-9][0-9]{0,17}$");

  private final PackiceClient client;
  private final String table;

  TableVersions(PackiceClient client, String table) {
    this.client = client;
    this.table = table;
  }

  static String id(String table, long version) {
    return table + INFIX + version;
  }

  /** The earlier versions that there are. */
  List<Long> kept() {
    return objects().stream().map(this::number).toList();
  }

  long number(StoredObject object) {
    return Long.parseLong(object.id().value().substring(table.length() + INFIX.length()));
  }

  /** The manifest of the current version, which is about to be replaced, for its history. */
  ObjectWriter draft(long version, Room room) {
    Instant now = Instant.now();
    Instant since;
    try {
      since = currentSince(version);
    } catch (NotFoundException _) {
      since = now; // evicted meanwhile: it is kept from the lease of whoever replaces it
    }
    return draft(version, new VersionTimes(since, now).toMeta(), room);
  }

  /** With what its object says of itself. */
  ObjectWriter draft(long version, Metadata meta, Room room) {
    return client.create(AcquireRequest.create(new ObjectId(id(table, version)), null).withGroup(table).withMeta(meta)
        .withRoom(room));
  }

  /** Since when the current version has been that. */
  Instant currentSince(long version) {
    VersionTimes before = times().get(version - 1);
    return before == null ? Instant.now().minus(client.stat(table).age()) : before.until();
  }

  /** When earlier versions were the current one, as far as their objects say so. */
  SortedMap<Long, VersionTimes> times() {
    SortedMap<Long, VersionTimes> times = new TreeMap<>();
    objects().forEach(object -> {
      VersionTimes each = VersionTimes.of(object.meta());
      if (each != null) {
        times.put(number(object), each);
      }
    });
    return times;
  }

  /**
   * Discards what no version names: what a peer kept that was killed in the middle of a commit, or a writer that was killed after one. Called
   * under a claim, so nobody is committing.
   */
  void discardOrphans(@Nullable Manifest current) {
    if (current == null) {
      discard(ids(objects()));
      discard(parts());
      return;
    }
    List<Long> over = kept().stream()
        .filter(version -> version >= current.version() || isOver(version, current)).toList();
    discard(over.stream().map(version -> id(table, version)).toList());
    Named named = new Named();
    named.add(current);
    kept().forEach(named::add);
    if (named.isAll) {
      discard(parts().stream().filter(part -> !named.ids.contains(part)).toList());
    }
  }

  /**
   * What leaves with the next version: versions that its history has no place for, and behind them what only these, or the one that is replaced, name. Called
   * under a claim, before the next version is sealed.
   */
  List<String> over(Manifest replaced, Manifest next) {
    Named staying = new Named();
    Named leaving = new Named();
    staying.add(next);
    (next.history() > 0 ? staying : leaving).add(replaced);
    List<String> over = new ArrayList<>();
    for (long version : kept()) {
      boolean isOver = isOver(version, next);
      if (isOver) {
        over.add(id(table, version));
      }
      (isOver ? leaving : staying).add(version);
    }
    if (staying.isAll) {
      leaving.ids.removeAll(staying.ids);
      over.addAll(leaving.ids);
    }
    return over;
  }

  /** The parts that some versions name. */
  private final class Named {
    final Set<String> ids = new LinkedHashSet<>();
    /** Not if one of them cannot be read, such as by a newer Packice: then nobody here knows which parts it needs, and none may be discarded. */
    boolean isAll = true;

    void add(Manifest manifest) {
      ids.addAll(TableVersions.ids(manifest));
    }

    void add(long version) {
      try {
        Manifest manifest = manifestOrNull(version);
        if (manifest != null) {
          add(manifest);
        }
      } catch (TableFormatException unreadable) {
        isAll = false;
        Log.cannotReadVersion(unreadable);
      }
    }
  }

  /** Whether a version is too old for the history of a later one. */
  private static boolean isOver(long version, Manifest later) {
    return version < later.version() - later.history();
  }

  /** Those that can leave in one step. */
  static List<String> first(List<String> ids) {
    return ids.subList(0, Math.min(ids.size(), Session.MAX_DISCARDS));
  }

  /** Discards the others. What is left of them when this fails is for the next writer. */
  void discardRest(List<String> ids) {
    List<String> rest = ids.subList(first(ids).size(), ids.size());
    if (rest.isEmpty()) {
      return;
    }
    try {
      client.discardAll(rest);
    } catch (RuntimeException failure) {
      Log.cannotDiscard(rest.getFirst(), failure);
    }
  }

  /**
   * The manifest of an earlier version; null if it is gone.
   *
   * @throws TableFormatException if it is too new or damaged
   */
  @Nullable
  Manifest manifestOrNull(long version) {
    try (LeasedObject leased = client.get(id(table, version))) {
      return Manifest.parse(leased.id(), leased.blob(0).segment());
    } catch (NotFoundException _) {
      return null; // evicted, or discarded by another writer
    }
  }

  private static List<String> ids(Manifest manifest) {
    return manifest.parts().stream().map(Manifest.Part::id).toList();
  }

  /** All that there is of the table: its manifest first, then the earlier ones, then parts. */
  List<String> all() {
    List<String> all = new ArrayList<>(List.of(table));
    all.addAll(ids(objects()));
    all.addAll(parts());
    return all;
  }

  /** The manifests of earlier versions. */
  List<StoredObject> objects() {
    return members(table + INFIX,
        object -> Manifest.isVersion(object.meta()) && VERSION.matcher(object.id().value()).find());
  }

  private List<String> parts() {
    return ids(members(table + PartDrafts.INFIX, object -> Manifest.isPart(object.meta())));
  }

  private static List<String> ids(List<StoredObject> objects) {
    return objects.stream().map(object -> object.id().value()).toList();
  }

  private List<StoredObject> members(String prefix, Predicate<StoredObject> which) {
    return client.list(prefix).map(ObjectStatus::object)
        .filter(object -> table.equals(object.group()) && which.test(object)).toList();
  }

  private void discard(List<String> ids) {
    for (String id : ids) {
      try {
        client.discard(id);
      } catch (NotFoundException _) {
        // evicted, or another writer was faster
      } catch (RuntimeException failure) {
        Log.cannotDiscard(id, failure);
      }
    }
  }
}
