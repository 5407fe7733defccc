package io.packice.arrow;

import io.packice.LeasedObject;
import io.packice.ObjectWriter;
import io.packice.PackiceClient;
import io.packice.core.AcquireRequest;
import io.packice.core.Metadata;
import io.packice.core.NotFoundException;
import io.packice.core.ObjectId;
import io.packice.core.ObjectStatus;
import io.packice.core.Session;
import io.packice.core.StoredObject;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
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
  ObjectWriter draft(long version) {
    Instant now = Instant.now();
    Instant since;
    try {
      since = currentSince(version);
    } catch (NotFoundException _) {
      since = now; // evicted meanwhile: it is kept from the lease of whoever replaces it
    }
    return draft(version, new VersionTimes(since, now).toMeta());
  }

  /** With what its object says of itself. */
  ObjectWriter draft(long version, Metadata meta) {
    return client.create(AcquireRequest.create(new ObjectId(id(table, version)), null).withGroup(table).withMeta(meta));
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
    discard(
        kept().stream().filter(version -> version >= current.version()).map(version -> id(table, version)).toList());
    Set<String> _ = prune(current);
    Set<String> named = named(current);
    discard(parts().stream().filter(part -> !named.contains(part)).toList());
  }

  /**
   * What leaves with the next version: versions that its history has no place for, and behind them what only these, or the one that is replaced, name. Called
   * under a claim, before the next version is sealed.
   */
  List<String> over(Manifest replaced, Manifest next) {
    Set<String> named = new HashSet<>(ids(next));
    Set<String> unnamed = new LinkedHashSet<>();
    (next.history() > 0 ? named : unnamed).addAll(ids(replaced));
    List<String> over = new ArrayList<>();
    for (long version : kept()) {
      boolean isOver = isOver(version, next);
      if (isOver) {
        over.add(id(table, version));
      }
      Manifest earlier = manifestOrNull(version);
      if (earlier != null) {
        (isOver ? unnamed : named).addAll(ids(earlier));
      }
    }
    unnamed.removeAll(named);
    over.addAll(unnamed);
    return over;
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
    try {
      client.discardAll(rest);
    } catch (RuntimeException failure) {
      Log.cannotDiscard(rest.getFirst(), failure);
    }
  }

  /** Discards the versions that are too old for a history. Gives the parts that they named. */
  private Set<String> prune(Manifest current) {
    Set<String> parts = new HashSet<>();
    for (long version : kept()) {
      if (isOver(version, current)) {
        Manifest over = manifestOrNull(version);
        discard(List.of(id(table, version)));
        if (over != null) {
          parts.addAll(ids(over));
        }
      }
    }
    return parts;
  }

  /** The parts that the current version or an earlier one names. */
  private Set<String> named(Manifest current) {
    Set<String> named = new HashSet<>(ids(current));
    for (long version : kept()) {
      Manifest earlier = manifestOrNull(version);
      if (earlier != null) {
        named.addAll(ids(earlier));
      }
    }
    return named;
  }

  /** The manifest of an earlier version; null if it is gone, or cannot be read. */
  @Nullable
  Manifest manifestOrNull(long version) {
    try (LeasedObject leased = client.get(id(table, version))) {
      return Manifest.parse(leased.id(), leased.blob(0).segment());
    } catch (NotFoundException _) {
      return null; // evicted, or discarded by another writer
    } catch (TableFormatException unreadable) {
      Log.cannotReadVersion(unreadable);
      return null;
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
