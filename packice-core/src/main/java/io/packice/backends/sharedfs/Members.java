package io.packice.backends.sharedfs;

import io.packice.core.MemberStatus;
import io.packice.core.TimeSource;
import io.packice.internal.os.PosixFiles;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Which peers are alive. Each writes another number into a file of its own again and again; one whose number another peer sees unchanged for
 * the timeout, on that peer's own clock, is dead to it. So clocks need not agree. Time in which nobody looked counts for little: after
 * a pause of its own, a peer looks several times before it thinks that others have died. Safe from any thread.
 */
final class Members {
  private static final int LOOKS_PER_TIMEOUT = 4;
  static final int OWNER_DIGITS = 32;

  final String own;
  private final SharedFolder folder;
  private final TimeSource time;
  private final long timeoutNanos;
  private final Map<String, Seen> seen = new ConcurrentHashMap<>();
  private final String place = "pid " + ProcessHandle.current().pid() + " on " + hostName();
  private long beats; // of one thread

  /** What a peer's file said, and for how long it has said so while this peer looked. */
  private record Seen(String beat, long atNanos, long unchangedNanos) {
  }

  Members(SharedFolder folder, String own, TimeSource time, Duration timeout) {
    this.folder = folder;
    this.own = own;
    this.time = time;
    this.timeoutNanos = timeout.toNanos();
  }

  Duration interval() {
    return Duration.ofNanos(Math.max(1, timeoutNanos / LOOKS_PER_TIMEOUT));
  }

  private String beat() {
    return own + " " + HexFormat.of().toHexDigits(beats) + " " + place; // of one length: it is written over in place
  }

  /** What the kernel calls this host; the resolver might ask the network. */
  private static String hostName() {
    String name = SmallFiles.text(Path.of("/proc/sys/kernel/hostname"));
    return name == null ? "this host" : name.strip();
  }

  void join() {
    SmallFiles.write(folder.peer(own), beat());
  }

  void leave() {
    PosixFiles.remove(folder.peer(own));
  }

  /** Tells the others that this peer is alive; false if they think that it is not. */
  boolean beatOnce() {
    beats++;
    return SmallFiles.overwrite(folder.peer(own), beat());
  }

  List<String> known() {
    return SmallFiles.names(folder.peers());
  }

  boolean isDead(String peer) {
    if (peer.equals(own)) {
      return false;
    }
    String beat = SmallFiles.text(folder.peer(peer));
    if (beat == null) {
      seen.remove(peer);
      return true;
    }
    long now = time.nanoTime();
    Seen last = Objects.requireNonNull(seen.compute(peer, (_, before) -> {
      if (before == null || !before.beat.equals(beat)) {
        return new Seen(beat, now, 0);
      }
      long passed = Math.min(now - before.atNanos, interval().toNanos());
      return new Seen(beat, now, before.unchangedNanos + passed);
    }));
    return last.unchangedNanos >= timeoutNanos;
  }

  /** Who is there, as far as this peer has seen; in the order of their names. */
  List<MemberStatus> statuses() {
    List<MemberStatus> statuses = new ArrayList<>();
    for (String peer : known()) {
      String beat = SmallFiles.text(folder.peer(peer));
      if (beat != null) {
        Seen last = seen.get(peer);
        long silentNanos = last != null && last.beat.equals(beat) ? last.unchangedNanos : 0;
        statuses.add(new MemberStatus(peer, placeOf(beat), Duration.ofNanos(silentNanos)));
      }
    }
    statuses.sort(Comparator.comparing(MemberStatus::name));
    return statuses;
  }

  private static String placeOf(String beat) {
    String[] parts = beat.split(" ", 3);
    return parts.length == 3 ? parts[2] : "unknown";
  }

  /** Whose file this is the text of. */
  static String ownerOf(String beat) {
    return beat.substring(0, Math.min(OWNER_DIGITS, beat.length()));
  }
}
