package io.packice.core;

import io.packice.core.AcquireRequest.Room;
import org.jspecify.annotations.Nullable;

/**
 * One place where a peer keeps bytes, and the account of them. Most peers have one. Of a peer with two, new objects come to the upper one, which evicts
 * nothing for want of room: what is idle there goes down to the lower one. Guarded by the peer's lock.
 */
final class Tier {
  /** Such as {@code hot}; empty if it is the only one. */
  final String name;
  final Commons commons;
  final Ledger ledger;
  final EvictionOrder eviction;
  /** What a request that leaves it open may make room of; nothing of an upper tier. */
  final Room usualRoom;
  /** Whether it evicts for want of room at all. */
  final boolean evicts;
  /** Where what is idle here goes; null if there is none below it. */
  final @Nullable Tier lower;

  /** Bytes that will be free without anybody's help: queued, or being freed at this moment. */
  long freeing;
  /** Bytes of copies that are being made here of what the other tier has. */
  long coming;
  /** Drafts that are written here. */
  long drafts;
  /** Leases on what is read from here, and on drafts that are written here. */
  long leases;
  long hits;
  long evictions;
  long quarantined;
  /** Its part of what the peer may keep on the heap. */
  long bookkeepingLimit;
  /** What was copied to it from the other tier. */
  long arrivals;
  long arrivedBytes;

  Tier(String name, Commons commons, long capacityBytes, EvictionOrder eviction, Room usualRoom,
      @Nullable Tier lower) {
    this.name = name;
    this.commons = commons;
    this.ledger = new Ledger(capacityBytes);
    this.eviction = eviction;
    this.usualRoom = usualRoom;
    this.lower = lower;
    this.evicts = lower == null;
  }

  /** What it could take if every lease ended, where so many bytes are free to be stored. */
  PeerRoom room(long storableBytes) {
    return ledger.room(storableBytes, usualRoom == Room.EVICT, eviction.pinnedBytes());
  }

  /** Bytes that are free, or will be by themselves. */
  long freeSoon() {
    return ledger.free() + freeing;
  }
}
