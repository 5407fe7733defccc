package io.packice.core;

/**
 * What a peer could take if every lease ended now, at most.
 *
 * @param freeBytes what is free then, in its own account and where it keeps bytes
 * @param evictableBytes what it would evict for more, by the rule of requests that leave it open; 0 if that would not help
 * @param evicts whether what comes next is evictable too, once it is sealed; if not, it takes of what is free for good
 */
public record PeerRoom(long freeBytes, long evictableBytes, boolean evicts) {
  /** There is no bound. */
  static final PeerRoom ENDLESS = new PeerRoom(Long.MAX_VALUE, 0, true);
}
