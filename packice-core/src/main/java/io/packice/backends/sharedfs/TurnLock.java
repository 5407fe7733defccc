package io.packice.backends.sharedfs;

import io.packice.core.Commons;
import io.packice.core.StorageException;
import io.packice.internal.os.PosixFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Whose turn it is to change the folder. Turns are numbered, and the last one decides:
 *
 * <pre>
 *   turns/41        a link to the file of the peer that has turn 41
 *   turns/41.free   turn 41 is over
 * </pre>
 *
 * <p>Who wants a turn looks for the highest number N. If N is over, or its peer is dead, it links its own file as N+1, which one peer
 * only can; then it looks whether the file of N that it saw is still there. Who had turn N+1 before removed that file before doing anything
 * else, so if it is there, the turn is really new; if not, what was seen was out of date, and the link is removed again. The number of a turn is
 * also the version of what is claimed in it, so versions are never given twice. So a listing may be out of date, as those of NFS are; whether one
 * named file exists must be true. Safe from any thread; a thread that has the turn may take it again.
 */
final class TurnLock {
  static final String FREE = ".free";
  private static final Pattern TURN = Pattern.compile("(\\d{1,18})(?:\\.free)?");
  private static final long MIN_PAUSE_NANOS = 100_000;
  private static final long MAX_PAUSE_NANOS = 5_000_000;

  private final SharedFolder folder;
  private final Members members;
  private final long patienceNanos;
  private final Function<Path, List<String>> listing;
  private final ReentrantLock mine = new ReentrantLock(true);
  private long number; // guarded by mine

  /** The last turn, as far as one can see. */
  private record Last(long number, Path file, boolean isFree) {
  }

  TurnLock(SharedFolder folder, Members members, long patienceNanos) {
    this(folder, members, patienceNanos, SmallFiles::names);
  }

  /** One that sees a folder as somebody else says, perhaps as it was some time ago. */
  TurnLock(SharedFolder folder, Members members, long patienceNanos, Function<Path, List<String>> listing) {
    this.folder = folder;
    this.members = members;
    this.patienceNanos = patienceNanos;
    this.listing = listing;
  }

  /** Waits for a turn; at its first taking runs what tidies up after a turn that was cut short. */
  Commons.Turn take(Runnable atBegin) {
    mine.lock();
    try {
      if (mine.getHoldCount() == 1) {
        number = await();
        try {
          atBegin.run();
        } catch (Throwable failure) {
          end();
          throw failure;
        }
      }
    } catch (Throwable failure) {
      mine.unlock();
      throw failure;
    }
    return new Taken();
  }

  private final class Taken implements Commons.Turn {
    private boolean closed; // of one thread

    @Override
    public void close() {
      if (closed) {
        return;
      }
      closed = true;
      try {
        if (mine.getHoldCount() == 1) {
          end();
        }
      } finally {
        mine.unlock();
      }
    }
  }

  boolean isMine() {
    return mine.isHeldByCurrentThread();
  }

  /** The number of the turn that this thread has. */
  long number() {
    return number;
  }

  /** Refuses if this peer was so slow that another one took the turn from it. */
  void requireHeld() {
    if (!Files.exists(turn(number))) {
      throw givenUp(null);
    }
  }

  private StorageException givenUp(@Nullable Throwable cause) {
    return new StorageException("Cannot change " + folder.root() + ": other peers have given up peer " + members.own
        + ", which was silent for too long; close it and start anew", cause);
  }

  private long await() {
    long start = System.nanoTime();
    boolean interrupted = false;
    try {
      for (long pause = MIN_PAUSE_NANOS;; pause = Math.min(pause * 2, MAX_PAUSE_NANOS)) {
        Last last = last();
        if (last != null && (last.isFree || isDead(last)) && take(last)) {
          return last.number + 1;
        }
        if (System.nanoTime() - start > patienceNanos) {
          throw new StorageException("Cannot take a turn at " + folder.root() + " within " + patienceNanos / 1_000_000
              + " ms: " + (last == null ? "no turn is to be seen" : "it is that of " + last.file)
              + "; see whether its peer hangs");
        }
        interrupted |= Thread.interrupted(); // parking returns at once otherwise
        LockSupport.parkNanos(ThreadLocalRandom.current().nextLong(pause / 2, pause));
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private @Nullable Last last() {
    Last last = null;
    for (String name : listing.apply(folder.turns())) {
      boolean isFree = name.endsWith(FREE);
      long each = turnOf(name);
      if (each < 0) {
        continue; // none of ours
      }
      if (last == null || each > last.number || (each == last.number && isFree)) {
        last = new Last(each, folder.turns().resolve(name), isFree);
      }
    }
    return last;
  }

  /** The number of the turn that a file is of; -1 if it is of none. */
  private static long turnOf(String name) {
    Matcher turn = TURN.matcher(name);
    return turn.matches() ? Long.parseLong(turn.group(1)) : -1;
  }

  private boolean isDead(Last last) {
    String beat = SmallFiles.text(last.file);
    return beat != null && members.isDead(Members.ownerOf(beat));
  }

  private boolean take(Last last) {
    Path next = turn(last.number + 1);
    try {
      if (!SmallFiles.link(folder.peer(members.own), next)) {
        return false;
      }
    } catch (StorageException failure) {
      throw Files.exists(folder.peer(members.own)) ? failure : givenUp(failure);
    }
    if (!Files.exists(last.file)) {
      PosixFiles.remove(next);
      return false;
    }
    PosixFiles.remove(turn(last.number)); // by name: these are what others look for, and a listing may lack them
    PosixFiles.remove(free(last.number));
    for (String name : listing.apply(folder.turns())) {
      long each = turnOf(name);
      if (each >= 0 && each <= last.number) {
        PosixFiles.remove(folder.turns().resolve(name));
      }
    }
    return true;
  }

  private void end() {
    try {
      Files.move(turn(number), free(number), StandardCopyOption.ATOMIC_MOVE);
    } catch (NoSuchFileException takenByAnother) {
      // it had given this peer up; whatever this peer wants next is refused
    } catch (IOException e) {
      throw SmallFiles.failure("end turn " + number, e);
    }
  }

  private Path turn(long turn) {
    return folder.turns().resolve(Long.toString(turn));
  }

  private Path free(long turn) {
    return folder.turns().resolve(turn + FREE);
  }
}
