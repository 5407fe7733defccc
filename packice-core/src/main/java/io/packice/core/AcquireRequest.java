package io.packice.core;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What a caller asks for when it acquires a lease. Start with {@link #read}, {@link #create}, {@link #write} or
 * {@link #readOrCreate} and refine by the {@code with…} methods, each of which returns a changed copy. Immutable, safe from any
 * thread.
 *
 * @param id the object; null lets the peer choose, which only a {@link Intent#CREATE} may
 * @param intent what for
 * @param ttl how long the lease lives without renewal; null means as long as its session, and a stated default where no session
 *     binds it
 * @param meta metadata of the new object; ignored when nothing is created
 * @param sizes lengths of the new object's blobs in bytes; null if the creator will size its one blob by truncating the
 *     descriptor; ignored when nothing is created
 * @param ifExists what a CREATE does about an object of the same id
 * @param patience the longest wait for somebody else's draft to be sealed; zero means do not wait
 * @param objectTtl the life of the new object, counted from its seal: at its end no new lease is given; null means for ever
 * @param group the group that the new object is evicted with, and that readers keep as it was when they began; its name is one that an object
 *     could have; null if it stands alone
 * @param binding whether the lease ends with its session
 * @param room what room for the new object may be made of; ignored when nothing is created
 * @param owner whose the new object is to be; empty for the caller's. Ignored when nothing is created, and for callers that may change
 *     their own objects only
 * @param expectedBytes the least that the new object and all others that its maker still makes for its group will take together, drafts
 *     of the group included; 0 if not known. If so much cannot be had, the request is refused before anything is evicted for it. Ignored
 *     when nothing is created
 * @param asOf for a READ: the {@link Lease#asOf} of another lease, to read what the id named when that was given, as long as that one lives; 0 for what it
 *     names now
 */
public record AcquireRequest(@Nullable ObjectId id, Intent intent, @Nullable Duration ttl, Metadata meta,
    @Nullable List<Long> sizes, IfExists ifExists, Duration patience, @Nullable Duration objectTtl,
    @Nullable String group,
    Binding binding, Room room, OptionalLong owner, long expectedBytes, long asOf) {
  /** The TTL of a lease that no session binds and that did not ask for one. */
  public static final Duration DEFAULT_TTL = Duration.ofSeconds(60);

  /** The longest duration that a request may name: a hundred years, so that no sum of times overflows. */
  public static final Duration MAX_DURATION = Duration.ofDays(36_500);

  /** What a CREATE does about a sealed object of the same id. */
  public enum IfExists {
    /** Refuse with {@link AlreadyExistsException}. */
    FAIL,
    /** Create beside it; the seal swaps the new object in at once, and readers of the old one keep it. */
    REPLACE
  }

  /** What a lease lives and dies with. */
  public enum Binding {
    /** It ends with its session at the latest. */
    SESSION,
    /** It outlives its session: only release or its TTL end it. For clients that connect anew for every request. */
    DETACHED
  }

  /** What room for a new object may be made of. */
  public enum Room {
    /** What its peer is set to: what eviction frees too, unless the peer was told otherwise. */
    USUAL,
    /** What is free, and what eviction frees. */
    EVICT,
    /** Only what is free: refuse with {@link CapacityExceededException} rather than evict. For callers that move objects elsewhere. */
    FREE
  }

  /**
   * Checks the request as a whole.
   *
   * @throws IllegalArgumentException if a duration is not positive or is longer than {@link #MAX_DURATION}, the id is missing where one is
   *     needed, the group's name is none, less than 0 bytes are expected, or an {@code asOf} is negative or not for a READ
   */
  public AcquireRequest {
    Objects.requireNonNull(intent, "intent");
    Objects.requireNonNull(meta, "meta");
    Objects.requireNonNull(ifExists, "ifExists");
    Objects.requireNonNull(binding, "binding");
    Objects.requireNonNull(room, "room");
    Objects.requireNonNull(owner, "owner");
    if (id == null && intent != Intent.CREATE) {
      throw new IllegalArgumentException("Cannot acquire for " + intent + " without an object id; name the object");
    }
    requirePositive("a lease's TTL", ttl);
    requirePositive("an object's TTL", objectTtl);
    if (patience.isNegative() || patience.compareTo(MAX_DURATION) > 0) {
      throw new IllegalArgumentException("Cannot wait for " + patience + "; give zero to " + MAX_DURATION);
    }
    if (group != null) {
      ObjectId.requireName(group, "a group's name", "group");
    }
    if (asOf < 0 || (asOf > 0 && intent != Intent.READ)) {
      throw new IllegalArgumentException("Cannot acquire " + id + " for " + intent + " as of " + asOf
          + "; give what a lease says, and for READ only");
    }
    if (expectedBytes < 0) {
      throw new IllegalArgumentException("Cannot expect " + expectedBytes + " bytes; give 0 if it is not known");
    }
    if (sizes != null) {
      sizes = List.copyOf(sizes);
      Blob.layOut(sizes);
    }
  }

  /**
   * Asks for an object of the caller's own.
   *
   * @param id the object
   * @param intent what for
   * @param ttl how long the lease lives without renewal
   * @param meta metadata of the new object
   * @param sizes lengths of the new object's blobs in bytes
   * @param ifExists what a CREATE does about an object of the same id
   * @param patience the longest wait for somebody else's draft to be sealed
   * @param objectTtl the life of the new object
   * @param group the group that the new object is evicted with
   * @param binding whether the lease ends with its session
   * @param room what room for the new object may be made of
   */
  public AcquireRequest(@Nullable ObjectId id, Intent intent, @Nullable Duration ttl, Metadata meta,
      @Nullable List<Long> sizes, IfExists ifExists, Duration patience, @Nullable Duration objectTtl,
      @Nullable String group, Binding binding, Room room) {
    this(id, intent, ttl, meta, sizes, ifExists, patience, objectTtl, group, binding, room, OptionalLong.empty(),
        0, 0);
  }

  private static void requirePositive(String what, @Nullable Duration duration) {
    if (duration != null && (!duration.isPositive() || duration.compareTo(MAX_DURATION) > 0)) {
      throw new IllegalArgumentException(
          "Cannot use " + duration + " as " + what + "; give more than zero and at most " + MAX_DURATION);
    }
  }

  private static AcquireRequest of(@Nullable ObjectId id, Intent intent, @Nullable List<Long> sizes) {
    return new AcquireRequest(id, intent, null, Metadata.empty(), sizes, IfExists.FAIL, Duration.ZERO, null, null,
        Binding.SESSION, Room.USUAL);
  }

  /**
   * What the new object takes of a peer's capacity.
   *
   * @return bytes in whole pages; 0 if they are known at the seal
   */
  public long byteSize() {
    return sizes == null ? 0 : Blob.alignUp(Blob.extentBytes(Blob.layOut(sizes)));
  }

  /**
   * Asks to read a sealed object.
   *
   * @param id the object
   * @return the request
   */
  public static AcquireRequest read(ObjectId id) {
    return of(Objects.requireNonNull(id, "id"), Intent.READ, null);
  }

  /**
   * Asks to make an object.
   *
   * @param id its name; null lets the peer choose
   * @param sizes the lengths of its blobs in bytes; null if the creator sizes its one blob itself
   * @return the request
   */
  public static AcquireRequest create(@Nullable ObjectId id, @Nullable List<Long> sizes) {
    return of(id, Intent.CREATE, sizes);
  }

  /**
   * Asks for the right to discard a sealed object.
   *
   * @param id the object
   * @return the request
   */
  public static AcquireRequest write(ObjectId id) {
    return of(Objects.requireNonNull(id, "id"), Intent.WRITE, null);
  }

  /**
   * Asks to read an object, or to make it if nobody has.
   *
   * @param id the object
   * @param sizes the lengths of its blobs in bytes, should it have to be made; null if the creator sizes its one blob itself
   * @return the request
   */
  public static AcquireRequest readOrCreate(ObjectId id, @Nullable List<Long> sizes) {
    return of(Objects.requireNonNull(id, "id"), Intent.READ_OR_CREATE, sizes);
  }

  /** The same with something changed. */
  private AcquireRequest with(Consumer<Copy> change) {
    Copy copy = new Copy(this);
    change.accept(copy);
    return new AcquireRequest(id, copy.intent, copy.ttl, copy.meta, sizes, copy.ifExists, copy.patience, copy.objectTtl,
        copy.group, copy.binding, copy.room, copy.owner, copy.expectedBytes, copy.asOf);
  }

  /** What of a request can be changed. */
  private static final class Copy {
    private Intent intent;
    private @Nullable Duration ttl;
    private Metadata meta;
    private IfExists ifExists;
    private Duration patience;
    private @Nullable Duration objectTtl;
    private @Nullable String group;
    private Binding binding;
    private Room room;
    private OptionalLong owner;
    private long expectedBytes;
    private long asOf;

    Copy(AcquireRequest of) {
      intent = of.intent;
      ttl = of.ttl;
      meta = of.meta;
      ifExists = of.ifExists;
      patience = of.patience;
      objectTtl = of.objectTtl;
      group = of.group;
      binding = of.binding;
      room = of.room;
      owner = of.owner;
      expectedBytes = of.expectedBytes;
      asOf = of.asOf;
    }
  }

  /**
   * The same for something else, such as only one of the two that {@link #readOrCreate} asks for.
   *
   * @param newIntent what for
   * @return a changed copy
   */
  public AcquireRequest withIntent(Intent newIntent) {
    return with(copy -> copy.intent = newIntent);
  }

  /**
   * With another lease TTL.
   *
   * @param newTtl how long the lease lives without renewal; null for as long as its session
   * @return a changed copy
   */
  public AcquireRequest withTtl(@Nullable Duration newTtl) {
    return with(copy -> copy.ttl = newTtl);
  }

  /**
   * With metadata for the new object.
   *
   * @param newMeta the metadata
   * @return a changed copy
   */
  public AcquireRequest withMeta(Metadata newMeta) {
    return with(copy -> copy.meta = newMeta);
  }

  /**
   * With another answer to an object of the same id.
   *
   * @param newIfExists what to do about it
   * @return a changed copy
   */
  public AcquireRequest withIfExists(IfExists newIfExists) {
    return with(copy -> copy.ifExists = newIfExists);
  }

  /**
   * With patience for somebody else's draft.
   *
   * @param newPatience the longest wait; zero for none
   * @return a changed copy
   */
  public AcquireRequest withPatience(Duration newPatience) {
    return with(copy -> copy.patience = newPatience);
  }

  /**
   * With a life for the new object.
   *
   * @param newObjectTtl its life, counted from the seal; null for ever
   * @return a changed copy
   */
  public AcquireRequest withObjectTtl(@Nullable Duration newObjectTtl) {
    return with(copy -> copy.objectTtl = newObjectTtl);
  }

  /**
   * With a group for the new object.
   *
   * @param newGroup the group's name; null if the object stands alone
   * @return a changed copy
   * @throws IllegalArgumentException if it is empty, longer than {@value ObjectId#MAX_BYTES} bytes, or has what an object id may not have
   */
  public AcquireRequest withGroup(@Nullable String newGroup) {
    return with(copy -> copy.group = newGroup);
  }

  /**
   * With another binding.
   *
   * @param newBinding whether the lease ends with its session
   * @return a changed copy
   */
  public AcquireRequest withBinding(Binding newBinding) {
    return with(copy -> copy.binding = newBinding);
  }

  /**
   * With another source of room.
   *
   * @param newRoom what room for the new object may be made of
   * @return a changed copy
   */
  public AcquireRequest withRoom(Room newRoom) {
    return with(copy -> copy.room = newRoom);
  }

  /**
   * With another owner of the new object, such as that of the object that it is a copy of.
   *
   * @param newOwner a user id; empty for the caller's
   * @return a changed copy
   */
  public AcquireRequest withOwner(OptionalLong newOwner) {
    return with(copy -> copy.owner = newOwner);
  }

  /**
   * As of another lease: what the id named when that lease was given. A lease on a member of a group keeps what the group's members were then, also after
   * they are replaced, discarded or expired; so who holds one on a table's manifest has its parts read, in whichever process, as of it.
   *
   * @param newAsOf what that lease says, {@link Lease#asOf}; 0 for what the id names now
   * @return a changed copy
   * @throws IllegalArgumentException if it is negative, or this is no request to read
   */
  public AcquireRequest withAsOf(long newAsOf) {
    return with(copy -> copy.asOf = newAsOf);
  }

  /**
   * With the least that the new object and the others of its group that are still to be made will take together, so that what cannot fit is
   * refused before others' objects are evicted for a part of it. Each request of such a writer says the same.
   *
   * @param newExpectedBytes bytes, those of the group's drafts included; 0 if it is not known
   * @return a changed copy
   */
  public AcquireRequest withExpectedBytes(long newExpectedBytes) {
    return with(copy -> copy.expectedBytes = newExpectedBytes);
  }
}
