package io.packice.arrow;

import io.packice.arrow.manifest.Manifest;
import io.packice.core.Metadata;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * When an earlier version of a table was the current one, by the clocks of its writers. The object of its manifest says so, and keeps it when the table is renamed.
 *
 * @param since when it took the place of the one before
 * @param until when another one took its place
 */
record VersionTimes(Instant since, Instant until) {
  private static final String SINCE = "packice.since";
  private static final String UNTIL = "packice.until";

  /** Null if the object does not say it: an older Packice wrote it. */
  static @Nullable VersionTimes of(Metadata meta) {
    String since = meta.text(SINCE);
    String until = meta.text(UNTIL);
    try {
      return since == null || until == null ? null : new VersionTimes(Instant.parse(since), Instant.parse(until));
    } catch (DateTimeException _) {
      return null; // somebody else's words
    }
  }

  boolean has(Instant time) {
    return !time.isBefore(since) && time.isBefore(until);
  }

  /** What the manifest of the version says about itself. */
  Metadata toMeta() {
    Map<String, @Nullable Object> fields = new HashMap<>(Manifest.VERSION_META.toMap());
    fields.put(SINCE, since.toString());
    fields.put(UNTIL, until.toString());
    return Metadata.of(fields);
  }
}
