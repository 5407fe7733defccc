package io.packice.cluster.network;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.dynatrace.hash4j.hashing.Hashing;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Each peer counts by itself what {@link io.packice.core.Lease#asOf} says; so the network's number says whose count it is, too, and a read as of it goes there.
 * Safe from any thread.
 */
final class AsOf {
  /** A peer's count begins at the microseconds since 1970, which need 51 until 2041. */
  private static final int COUNT_BITS = 52;
  private static final long MOST_COUNT = (1L << COUNT_BITS) - 1;
  private static final int MOST_TAG = (1 << (63 - COUNT_BITS)) - 1;
  private static final int REMEMBERED = 4096;

  private final Map<Integer, Member> members = new HashMap<>();
  private final Map<Member, Integer> tags = new HashMap<>();

  /** Up to which version what was there then went, for leases that were given here: should the peer be lost, others are asked for no later one. */
  private final Map<Long, Long> versions = new LinkedHashMap<>(16, 0.75F, true) { // guarded by itself
    private static final long serialVersionUID = 1;

    @Override
    protected boolean removeEldestEntry(Map.Entry<Long, Long> eldest) {
      return size() > REMEMBERED;
    }
  };

  AsOf(Iterable<Member> inOrderOfNames) {
    for (Member member : inOrderOfNames) {
      int tag =
          1 + (int) Long.remainderUnsigned(Hashing.xxh3_64().hashBytesToLong(member.name().getBytes(UTF_8)), MOST_TAG);
      while (members.putIfAbsent(tag, member) != null) {
        tag = tag % MOST_TAG + 1;
      }
      tags.put(member, tag);
    }
  }

  /** The network's number for a peer's; 0 if that says nothing. */
  long of(Member member, long count, long version) {
    if (count <= 0 || count > MOST_COUNT) {
      return 0;
    }
    long asOf = ((long) tags.getOrDefault(member, 0) << COUNT_BITS) | count;
    synchronized (versions) {
      versions.put(asOf, version);
    }
    return asOf;
  }

  /** Whose number it is; null if it is nobody's. */
  @Nullable
  Member member(long asOf) {
    return members.get((int) (asOf >>> COUNT_BITS));
  }

  static long count(long asOf) {
    return asOf & MOST_COUNT;
  }

  /** Up to which version what was there then went; null if that lease was not given here. */
  @Nullable
  Long version(long asOf) {
    synchronized (versions) {
      return versions.get(asOf);
    }
  }
}
