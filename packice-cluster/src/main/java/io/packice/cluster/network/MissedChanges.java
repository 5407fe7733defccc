package io.packice.cluster.network;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.dynatrace.hash4j.hashing.Hashing;
import io.packice.core.AcquireRequest;
import io.packice.core.Grant;
import io.packice.core.LeaseId;
import io.packice.core.Metadata;
import io.packice.core.NotFoundException;
import io.packice.core.NotPermittedException;
import io.packice.core.ObjectId;
import io.packice.core.ObjectPage;
import io.packice.core.ObjectStatus;
import io.packice.core.OutcomeUnknownException;
import io.packice.core.PeerUnavailableException;
import io.packice.core.Session;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What peers do not know yet, because they were not reached when it happened. Each change made meanwhile leaves a note for each such peer on others: an object
 * without blobs, whose metadata says which versions of which ids are gone. Whoever reaches the peer again reads the notes first, discards there what they
 * name, and only then asks it for anything. A note ends when it was acted upon, or after a week.
 *
 * <pre>
 *   packice.network/note/HASH-OF-PEER/VERSION-RANDOM    {"packice.note":{"peer":"p1","below":{"mnist/train":1767225600000001}}}
 * </pre>
 */
final class MissedChanges {
  /** What ids of notes begin with; they are in no listing of the network. */
  static final String NAMES = "packice.network/";

  private static final String NOTES = NAMES + "note/";
  private static final String FIELD = "packice.note";
  private static final Duration LIFE = Duration.ofDays(7);
  /** So many ids of the longest fit metadata. */
  private static final int MOST_IDS = 100;

  private final Network network;
  /** Of two peers that are reached at the same time the later one sees the notes on the earlier. */
  private final ReentrantLock joining = new ReentrantLock();

  MissedChanges(Network network) {
    this.network = network;
  }

  /** A note that lies somewhere. */
  private record Note(ObjectId id, String peer, Map<ObjectId, Long> below) {
  }

  private static String prefix(Member member) {
    return NOTES + HexFormat.of().toHexDigits(Hashing.xxh3_64().hashBytesToLong(member.name().getBytes(UTF_8))) + "/";
  }

  static boolean isHidden(ObjectId id) {
    return id.value().startsWith(NAMES);
  }

  // ---- when something is missed

  /**
   * Discards what peers may have of earlier versions; those that are not reached are left notes for.
   *
   * @param below for each peer ids, and below which versions they are gone
   */
  void settle(Map<Member, Map<ObjectId, Long>> below) {
    Map<Map<ObjectId, Long>, List<Member>> away = new LinkedHashMap<>();
    below.forEach((member, ids) -> {
      try {
        boolean _ = member.call(session -> {
          ids.forEach((id, version) -> discardBelow(member, session, id, version));
          return true;
        });
      } catch (PeerUnavailableException | OutcomeUnknownException gone) {
        away.computeIfAbsent(ids, _ -> new ArrayList<>()).add(member);
      }
    });
    away.forEach((ids, members) -> leave(members, ids));
  }

  /**
   * Leaves notes for peers that were not reached.
   *
   * @param unreached who has missed it
   * @param below ids, and below which versions they are gone
   */
  private void leave(Collection<Member> unreached, Map<ObjectId, Long> below) {
    for (Member away : unreached) {
      List<Map.Entry<ObjectId, Long>> entries = List.copyOf(below.entrySet());
      for (int at = 0; at < entries.size(); at += MOST_IDS) {
        leave(away, entries.subList(at, Math.min(entries.size(), at + MOST_IDS)));
      }
      away.lookAgain(); // it may have come back before the notes were there, and others have reached it without seeing them
    }
  }

  private void leave(Member away, List<Map.Entry<ObjectId, Long>> entries) {
    Map<String, Long> ids =
        entries.stream().collect(Collectors.toMap(each -> each.getKey().value(), Map.Entry::getValue));
    AcquireRequest note = AcquireRequest
        .create(new ObjectId(prefix(away) + Long.toHexString(network.clock.after(0)) + "-"
            + ObjectId.random().value().substring(0, 8)), List.of())
        .withMeta(Metadata.of(Map.of(FIELD, Map.of("peer", away.name(), "below", ids)))).withObjectTtl(LIFE);
    int kept = 0;
    List<Member> unreached = new ArrayList<>();
    for (Member member : network.order(entries.getFirst().getKey().value())) {
      if (member != away && kept < network.replicas() && keep(member, note)) {
        kept++;
      } else {
        unreached.add(member);
      }
    }
    if (kept == 0 && network.members().size() > 1) {
      throw Answers.noPeers(network.settings.name(), unreached);
    }
  }

  private static boolean keep(Member member, AcquireRequest note) {
    try {
      return member.call(session -> {
        Grant grant = session.acquire(note);
        grant.extent().close();
        LeaseId lease = grant.lease().id();
        session.seal(lease);
        session.pin(grant.lease().object().id()); // it has no bytes, so its eviction would be of no use, and yet it would be the first
        session.releaseSoon(lease);
        return true;
      });
    } catch (PeerUnavailableException gone) {
      return false;
    }
  }

  // ---- when a peer is back

  /** Before anybody uses a session: acts upon the notes for its peer, and upon those that it has for others. */
  void join(Member newcomer, Session session) {
    joining.lock();
    try {
      Map<Member, Session> others = new LinkedHashMap<>();
      for (Member member : network.members()) {
        Session live = member.current();
        if (live != null && member != newcomer) {
          others.put(member, live);
        }
      }
      Map<Member, Session> all = new LinkedHashMap<>(others);
      all.put(newcomer, session);
      Map<String, List<Note>> notes = new HashMap<>();
      collect(session, NOTES, notes);
      others.forEach((member, live) -> guarded(member, live, () -> collect(live, prefix(newcomer), notes)));
      all.forEach((member, live) -> {
        List<Note> its = notes.getOrDefault(member.name(), List.of());
        if (!its.isEmpty()) {
          Runnable act = () -> act(member, live, its, all);
          if (member == newcomer) {
            act.run();
          } else {
            guarded(member, live, act);
          }
        }
      });
      Log.joined(newcomer.name(), notes.getOrDefault(newcomer.name(), List.of()).size());
    } finally {
      joining.unlock();
    }
  }

  private static void guarded(Member member, Session session, Runnable work) {
    try {
      work.run();
    } catch (PeerUnavailableException gone) {
      member.lost(session, gone);
    } catch (IllegalStateException closedMeanwhile) {
      if (member.isCurrent(session)) {
        throw closedMeanwhile;
      }
    }
  }

  private static void collect(Session session, String prefix, Map<String, List<Note>> notes) {
    ObjectId after = null;
    do {
      ObjectPage page = session.list(prefix, after, ObjectPage.MAX_LIMIT);
      for (ObjectStatus status : page.objects()) {
        Note note = note(status);
        if (note != null) {
          notes.computeIfAbsent(note.peer, _ -> new ArrayList<>()).add(note);
        }
      }
      after = page.next();
    } while (after != null);
  }

  private static @Nullable Note note(ObjectStatus status) {
    if (status.object().meta().toMap().get(FIELD) instanceof Map<?, ?> fields
        && fields.get("peer") instanceof String peer && fields.get("below") instanceof Map<?, ?> ids) {
      Map<ObjectId, Long> below = new LinkedHashMap<>();
      ids.forEach((id, version) -> {
        if (version instanceof Number number) {
          below.put(new ObjectId(String.valueOf(id)), number.longValue());
        }
      });
      return new Note(status.object().id(), peer, below);
    }
    return null; // of a later version, or of somebody else
  }

  private static void act(Member member, Session session, List<Note> notes, Map<Member, Session> everybody) {
    boolean isRid = true;
    Map<ObjectId, Long> below = new LinkedHashMap<>();
    notes.forEach(note -> note.below.forEach((id, version) -> below.merge(id, version, Math::max)));
    for (Map.Entry<ObjectId, Long> each : below.entrySet()) {
      isRid &= discardBelow(member, session, each.getKey(), each.getValue());
    }
    if (isRid) {
      List<ObjectId> done = notes.stream().map(Note::id).distinct().toList();
      everybody.forEach((holder, live) -> guarded(holder, live, () -> forget(live, done)));
    }
  }

  /** Discards what a peer has of an id below a version. False if it may not be. */
  private static boolean discardBelow(Member member, Session session, ObjectId id, long version) {
    try {
      if (Versions.of(session.stat(id)) < version) {
        session.discard(id);
      }
    } catch (NotFoundException itHasNone) {
      return true;
    } catch (NotPermittedException another) {
      member.isOutdated(id, version);
      Log.keepsOld(member.name(), id, another);
      return false;
    }
    return true;
  }

  private static void forget(Session session, List<ObjectId> notes) {
    for (int at = 0; at < notes.size(); at += Session.MAX_DISCARDS) {
      try {
        session.seal(List.of(), notes.subList(at, Math.min(notes.size(), at + Session.MAX_DISCARDS)));
      } catch (NotPermittedException ofAnotherUser) {
        Log.notEnded("Notes of another user stay until they end by themselves", ofAnotherUser);
      }
    }
  }
}
