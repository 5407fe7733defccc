package io.packice.cluster.network;

import io.packice.core.Lease;
import io.packice.core.LeaseId;
import io.packice.core.Metadata;
import io.packice.core.ObjectStatus;
import io.packice.core.StoredObject;
import java.util.HashMap;
import java.util.Map;

/**
 * The version of an object, which stands first in its metadata on the peers, and which clients of the network do not see. Of two objects of one id the one
 * with the higher version counts. What was put on a peer past the network has none, which is lower than all.
 */
final class Versions {
  static final String FIELD = "packice.version";

  private static final String START = "{\"" + FIELD + "\":";

  private Versions() {
  }

  /** Metadata with a version, in the place of one that it may have. */
  static Metadata stamped(Metadata meta, long version) {
    String plain = plain(meta).toJson();
    return Metadata.parse(START + version + (plain.length() > 2 ? "," + plain.substring(1) : "}"));
  }

  static long of(Metadata meta) {
    String text = meta.toJson();
    if (!text.startsWith(START)) { // somebody on the way has put the fields into another order
      return text.contains(FIELD) && meta.toMap().get(FIELD) instanceof Number number ? number.longValue() : 0;
    }
    int end = end(text);
    try {
      return Long.parseLong(text, START.length(), end, 10);
    } catch (NumberFormatException notOurs) {
      return 0;
    }
  }

  static long of(ObjectStatus status) {
    return of(status.object().meta());
  }

  /** Metadata without a version. */
  static Metadata plain(Metadata meta) {
    String text = meta.toJson();
    if (!text.contains(FIELD)) {
      return meta;
    }
    int end = text.startsWith(START) ? end(text) : text.length();
    if (end < text.length()) {
      return Metadata.ofOwnJson("{" + text.substring(text.charAt(end) == ',' ? end + 1 : end));
    }
    Map<String, Object> fields = new HashMap<>(meta.toMap());
    return fields.remove(FIELD) == null ? meta : Metadata.of(fields);
  }

  private static int end(String text) {
    int end = START.length();
    while (end < text.length() && text.charAt(end) >= '0' && text.charAt(end) <= '9') {
      end++;
    }
    return text.charAt(end) == ',' || text.charAt(end) == '}' ? end : text.length();
  }

  static StoredObject plain(StoredObject object) {
    return new StoredObject(object.id(), object.blobs(), plain(object.meta()), object.group(), object.ttl(),
        object.owner());
  }

  static Lease plain(Lease lease, LeaseId id, long asOf) {
    return new Lease(id, lease.intent(), lease.ttl(), lease.fence(), asOf, plain(lease.object()));
  }
}
