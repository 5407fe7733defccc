package io.packice.cluster.network;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.packice.core.LeaseExpiredException;
import io.packice.core.LeaseId;
import io.packice.core.ObjectId;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The id of a lease of a network says all that whoever is handed it must know: what it is on, and the leases on the peers that it consists of. So another
 * process, which knows the same network, goes on with it.
 *
 * @param object what it is on
 * @param version that of the object
 * @param parts leases on peers, that on the first of the object's peers first
 */
record NetworkLeaseId(ObjectId object, long version, List<NetworkLeaseId.Part> parts) {
  private static final String MARK = "network";
  private static final int HEAD = 3;

  /** A lease on one peer. */
  record Part(String member, LeaseId lease) {
  }

  NetworkLeaseId {
    parts = List.copyOf(parts);
  }

  LeaseId toLeaseId() {
    StringBuilder text =
        new StringBuilder(MARK).append('|').append(version).append('|').append(encoded(object.value()));
    for (Part part : parts) {
      text.append('|').append(encoded(part.member)).append('|').append(encoded(part.lease.value()));
    }
    return new LeaseId(text.toString());
  }

  /**
   * What an id says.
   *
   * @throws LeaseExpiredException if it is none of a network
   */
  static NetworkLeaseId parse(LeaseId id, String verb) {
    String[] fields = id.value().split("\\|", -1);
    try {
      if (fields[0].equals(MARK) && fields.length > HEAD && fields.length % 2 == 1) {
        List<Part> parts = new ArrayList<>();
        for (int i = HEAD; i < fields.length; i += 2) {
          parts.add(new Part(decoded(fields[i]), new LeaseId(decoded(fields[i + 1]))));
        }
        return new NetworkLeaseId(new ObjectId(decoded(fields[2])), Long.parseLong(fields[1]), parts);
      }
    } catch (IllegalArgumentException notOurs) {
      throw unknown(id, verb, notOurs);
    }
    throw unknown(id, verb, null);
  }

  private static LeaseExpiredException unknown(LeaseId id, String verb,
      @Nullable Throwable cause) {
    return new LeaseExpiredException("Cannot " + verb + " lease " + id
        + ": no network has given it; acquire the object anew", cause);
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, UTF_8);
  }

  private static String decoded(String text) {
    return URLDecoder.decode(text, UTF_8);
  }
}
