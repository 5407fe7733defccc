package io.packice.cluster.ring;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.dynatrace.hash4j.hashing.Hasher64;
import com.dynatrace.hash4j.hashing.Hashing;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A consistent-hash ring. Each member has points on a circle of 2^64 places, as many as its weight says, and a key belongs to the members whose points come
 * next behind it. So a member that joins or leaves takes or gives its own part, and nothing else moves.
 *
 * <pre>
 *     key                            virtual nodes × 16 points each
 *      ▼
 *  ────●───────b──────a───c──a─────────b───c───    first(key, 2) = b, a
 * </pre>
 *
 * <p>A key's place is its XXH3 in UTF-8; a virtual node's is that of {@code NAME#INDEX}, and its points follow from that one. This is the same in every JVM and
 * every release: where objects lie depends on it. Immutable, safe from any thread.
 */
public final class Ring {
  /** How many virtual nodes a member of weight 1 has unless somebody says so. */
  public static final int VIRTUAL_NODES = 128;

  /** The most members of one ring. */
  public static final int MAX_MEMBERS = 1 << 12;

  private static final int MAX_VIRTUAL_NODES = 1 << 12;

  /** With one, ten members of 128 virtual nodes have shares up to 20 % off; with so many, 5 %. */
  private static final int POINTS = 16;

  private static final Hasher64 HASH = Hashing.xxh3_64();
  private static final long OWNER = MAX_MEMBERS - 1;

  private final List<String> names;
  /** Places, ascending; their lowest bits are whose they are. */
  private final long[] points;

  private Ring(List<String> names, long[] points) {
    this.names = names;
    this.points = points;
  }

  /**
   * A ring.
   *
   * @param members who has a part of it, in any order
   * @param virtualNodes how many a member of weight 1 has, 1 to 4096; more make shares more even
   * @return the ring; without members nobody has anything
   * @throws IllegalArgumentException if there are too many members or virtual nodes, or two of one name
   */
  public static Ring of(Collection<RingMember> members, int virtualNodes) {
    if (virtualNodes < 1 || virtualNodes > MAX_VIRTUAL_NODES || members.size() > MAX_MEMBERS) {
      throw new IllegalArgumentException("Cannot make a ring of " + members.size() + " members with " + virtualNodes
          + " virtual nodes each; at most " + MAX_MEMBERS + " members, with 1 to " + MAX_VIRTUAL_NODES);
    }
    List<RingMember> ordered = members.stream().sorted(Comparator.comparing(RingMember::name)).toList();
    List<String> names = ordered.stream().map(RingMember::name).toList();
    Set<String> seen = new HashSet<>();
    names.forEach(name -> {
      if (!seen.add(name)) {
        throw new IllegalArgumentException(
            "Cannot make a ring with two members named " + name + "; name one of them anew");
      }
    });
    int[] counts = ordered.stream().mapToInt(member -> Math.max(1, (int) Math.round(virtualNodes * member.weight())))
        .toArray();
    long[] points = new long[Arrays.stream(counts).sum() * POINTS];
    int at = 0;
    for (int owner = 0; owner < counts.length; owner++) {
      for (int node = 0; node < counts[owner]; node++) {
        long first = hash(names.get(owner) + "#" + node);
        for (int point = 0; point < POINTS; point++) {
          points[at++] = (mixed(first + point) & ~OWNER) | owner;
        }
      }
    }
    Arrays.sort(points);
    return new Ring(names, points);
  }

  private static long hash(String text) {
    return HASH.hashBytesToLong(text.getBytes(UTF_8));
  }

  /** The finaliser of SplitMix64: neighbours go far apart. */
  private static long mixed(long place) {
    long z = place;
    z = (z ^ z >>> 30) * 0xbf58476d1ce4e5b9L;
    z = (z ^ z >>> 27) * 0x94d049bb133111ebL;
    return z ^ z >>> 31;
  }

  /**
   * Who has a part of this ring.
   *
   * @return names in their order
   */
  public List<String> names() {
    return names;
  }

  /**
   * Whose a key is.
   *
   * @param key what an object is placed by: its group if it has one, otherwise its id
   * @param count how many are wanted
   * @return the names of so many different members, the first first; all of them if there are no more. Found in the logarithm of the points, and a few steps
   *     for each member
   */
  public List<String> first(String key, int count) {
    int wanted = Math.min(count, names.size());
    List<String> found = new ArrayList<>(Math.max(wanted, 0));
    BitSet seen = new BitSet(names.size());
    for (int at = behind(hash(key)); found.size() < wanted; at = at + 1 == points.length ? 0 : at + 1) {
      int owner = (int) (points[at] & OWNER);
      if (!seen.get(owner)) {
        seen.set(owner);
        found.add(names.get(owner));
      }
    }
    return found;
  }

  private int behind(long place) {
    int found = Arrays.binarySearch(points, place & ~OWNER);
    int at = found >= 0 ? found : -found - 1;
    return at == points.length ? 0 : at;
  }

  /**
   * How large each member's part is.
   *
   * @return parts of 1 by name, in the order of the names
   */
  public Map<String, Double> shares() {
    double[] sums = new double[names.size()];
    for (int i = 0; i < points.length; i++) {
      long before = points[i == 0 ? points.length - 1 : i - 1];
      sums[(int) (points[i] & OWNER)] += unsigned((points[i] & ~OWNER) - (before & ~OWNER)) / 0x1p64;
    }
    Map<String, Double> shares = new LinkedHashMap<>();
    for (int i = 0; i < sums.length; i++) {
      shares.put(names.get(i), sums[i]);
    }
    return shares;
  }

  private static double unsigned(long distance) {
    return (distance >>> 1) * 2.0 + (distance & 1);
  }
}
