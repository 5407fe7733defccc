package io.packice.spark.write;

import io.packice.arrow.TableConflictException;
import io.packice.arrow.manifest.TableDescription;
import io.packice.arrow.manifest.TablePart;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What a write makes of a table, once its parts are there. */
@FunctionalInterface
interface TableEdit {
  /**
   * The table's next version.
   *
   * @param current the table as it is at the commit; null if there is none
   * @param written the new parts
   * @throws TableConflictException if the table has become something that the write was not planned for
   */
  TableDescription apply(@Nullable TableDescription current, List<TablePart> written);

  /** Puts parts behind those that are there, whatever these are by now. */
  static TableEdit append(TableDescription planned) {
    return (current, written) -> {
      TableDescription there = requireLikePlanned(current, planned);
      return there.withParts(concat(there.parts(), written));
    };
  }

  /**
   * Puts parts in the place of some that it was planned for. These must all be there still; what others have put into the table meanwhile stays, as if they had
   * done so afterwards. That cannot be said of rows in a partition that this writes to without replacing anything in it: two that each mean to write its first rows
   * would both have theirs there.
   *
   * @param isReplaced which of the planned parts
   */
  static TableEdit replace(TableDescription planned, Predicate<TablePart> isReplaced) {
    return (current, written) -> {
      TableDescription there = requireLikePlanned(current, planned);
      List<TablePart> gone = planned.parts().stream().filter(isReplaced).toList();
      Set<String> goneIds = ids(gone);
      Set<List<@Nullable Object>> unseen = partitions(written);
      unseen.removeAll(partitions(gone));
      Set<String> known = ids(planned.parts());
      boolean isTaken = there.parts().stream()
          .anyMatch(part -> !known.contains(part.id()) && unseen.contains(part.partition()));
      if (isTaken || !ids(there.parts()).containsAll(goneIds)) {
        throw written(planned, there);
      }
      List<TablePart> kept = there.parts().stream().filter(part -> !goneIds.contains(part.id())).toList();
      return there.withParts(concat(kept, written));
    };
  }

  /** Like {@link #replace}, of parts among which nobody may have put others meanwhile, which would have to go, too. */
  static TableEdit replaceAllOf(TableDescription planned, Predicate<TablePart> isReplaced) {
    return (current, written) -> {
      TableDescription there = requireLikePlanned(current, planned);
      if (!ids(planned.parts()).containsAll(ids(there.parts().stream().filter(isReplaced).toList()))) {
        throw written(planned, there);
      }
      return replace(planned, isReplaced).apply(there, written);
    };
  }

  /** Like {@link #replace}, for what depends on parts that stay, too: nothing at all may have changed. */
  static TableEdit replaceInSameVersion(TableDescription planned, Predicate<TablePart> isReplaced) {
    return (current, written) -> {
      TableDescription there = requireLikePlanned(current, planned);
      if (!there.fingerprint().equals(planned.fingerprint())) {
        throw conflict(planned, "it has version " + there.version() + " by now, and this was planned for version "
            + planned.version());
      }
      return replace(planned, isReplaced).apply(there, written);
    };
  }

  private static TableConflictException written(TableDescription planned, TableDescription there) {
    return conflict(planned, "somebody else has written what was to be replaced since version " + planned.version()
        + ", which this was planned for; it has version " + there.version() + " by now");
  }

  private static Set<String> ids(List<TablePart> parts) {
    return parts.stream().map(TablePart::id).collect(Collectors.toSet());
  }

  private static Set<List<@Nullable Object>> partitions(List<TablePart> parts) {
    return parts.stream().map(TablePart::partition).collect(Collectors.toCollection(HashSet::new));
  }

  /** Puts parts in the place of all that are there, whatever these are by now: what a stream's batch does that holds the whole result. */
  static TableEdit replaceAll(TableDescription planned) {
    return (current, written) -> requireLikePlanned(current, planned).withParts(written);
  }

  /** Makes the table if it is not there; what does so otherwise is {@code existing}. */
  static TableEdit orCreate(TableDescription planned, TableEdit existing) {
    return (current, written) -> (current == null ? create(planned) : existing).apply(current, written);
  }

  /** Makes a table that is not there. */
  static TableEdit create(TableDescription planned) {
    return (current, written) -> {
      if (current != null) {
        throw conflict(planned, "somebody else has created it meanwhile");
      }
      return planned.withParts(written);
    };
  }

  /** Makes a table, in the place of the one that was there when this was planned, if any. */
  static TableEdit recreate(TableDescription planned, @Nullable TableDescription before) {
    return (current, written) -> {
      if (current != null && (before == null || !current.fingerprint().equals(before.fingerprint()))) {
        throw conflict(planned, "it has version " + current.version() + " by now, and this was to replace "
            + (before == null ? "nothing" : "version " + before.version()));
      }
      return planned.withParts(written);
    };
  }

  private static List<TablePart> concat(List<TablePart> one, List<TablePart> other) {
    List<TablePart> all = new ArrayList<>(one);
    all.addAll(other);
    return all;
  }

  private static TableDescription requireLikePlanned(@Nullable TableDescription current, TableDescription planned) {
    if (current == null) {
      throw conflict(planned, "it was dropped meanwhile");
    }
    if (!current.partitioning().equals(planned.partitioning())) {
      throw conflict(planned, "it is partitioned by " + current.partitioning() + " by now, not by "
          + planned.partitioning());
    }
    if (!current.schema().equals(planned.schema())) {
      throw conflict(planned, "its columns were changed meanwhile, to " + current.schema().getFields());
    }
    return current;
  }

  static TableConflictException conflict(TableDescription planned, String why) {
    return new TableConflictException(
        "Cannot commit table " + planned.name() + ": " + why + "; nothing was published, run it again");
  }
}
