package io.packice.core;

/**
 * The account of what a peer keeps on the heap: names, groups and metadata of objects, places of blobs, leases. The heap is not shared memory, so it has a limit
 * of its own, of which leases may take a quarter: objects leave by eviction, leases only by their holders. Counted a little too high rather than too low. Guarded
 * by the peer's lock.
 */
final class Bookkeeping {
  /** What requests, answers and the JVM itself need of a heap; of a small one, half. */
  private static final long FOR_OTHERS_BYTES = 256L << 20;

  private static final long PART_FOR_LEASES = 4;

  /** So much that any object fits, and a few leases. */
  static final long LEAST_BYTES = 1 << 20;

  /** What an object takes besides its texts and blobs, and what a lease takes, that over HTTP included: measured, and rounded up. */
  private static final long OBJECT_BYTES = 1_200;
  private static final long BLOB_BYTES = 40;
  static final long LEASE_BYTES = 1_024;

  /** Below, a text is taken for one of two bytes a character rather than looked at. */
  private static final int SHORT_TEXT = 512;
  private static final char LATIN = 0xff;

  final long limit;
  private long objects;
  private long leases;

  Bookkeeping(long limit) {
    require(limit);
    this.limit = limit;
  }

  static void require(long limit) {
    if (limit < LEAST_BYTES) {
      throw new IllegalArgumentException(
          "Cannot keep books of " + limit + " bytes; give at least " + LEAST_BYTES + ", or leave it to the peer");
    }
  }

  static long defaultLimit() {
    long heap = Runtime.getRuntime().maxMemory();
    return Math.max(LEAST_BYTES, Math.max(heap / 4, heap / 2 - FOR_OTHERS_BYTES));
  }

  /** What an object takes. */
  static long of(StoredObject object) {
    return OBJECT_BYTES + of(object.id().value()) + of(object.meta().toJson())
        + (object.group() == null ? 0 : of(object.group())) + BLOB_BYTES * object.blobs().size();
  }

  private static long of(String text) {
    if (text.length() > SHORT_TEXT) {
      for (int at = 0; at < text.length(); at++) {
        if (text.charAt(at) > LATIN) {
          return 2L * text.length();
        }
      }
      return text.length();
    }
    return 2L * text.length();
  }

  void enter(ObjectEntry entry) {
    objects += entry.bookBytes;
  }

  void leave(ObjectEntry entry) {
    objects -= entry.bookBytes;
  }

  void leaseBegan() {
    leases += LEASE_BYTES;
  }

  void leaseEnded() {
    leases -= LEASE_BYTES;
  }

  /** How many leases fit at most. */
  static long mostLeases(long limit) {
    return limit / PART_FOR_LEASES / LEASE_BYTES;
  }

  boolean hasRoomForLease() {
    return leases + LEASE_BYTES <= limit / PART_FOR_LEASES;
  }

  /** What leases may take, and no object. */
  long leaseLimit() {
    return limit / PART_FOR_LEASES;
  }

  long objectLimit() {
    return limit - leaseLimit();
  }

  /** By how much objects pass their part of the limit; negative if there is room. */
  long excess() {
    return objects - objectLimit();
  }

  long objectBytes() {
    return objects;
  }

  long leaseBytes() {
    return leases;
  }

  long bytes() {
    return objects + leases;
  }
}
