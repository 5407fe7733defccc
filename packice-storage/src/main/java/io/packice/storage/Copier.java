package io.packice.storage;

import java.io.IOException;
import java.io.InputStream;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Copies or moves one file or folder. Used once. */
final class Copier {
  private final StorageNode source;
  private final StorageNode target;
  private final CopyOptions options;
  private final boolean moves;
  private final CopyCounts counts;
  private boolean interrupted;

  Copier(StorageNode source, StorageNode target, CopyOptions options, boolean moves) {
    this.source = source.refresh();
    this.target = target.refresh();
    this.options = options;
    this.moves = moves;
    this.counts = new CopyCounts(options);
  }

  private String verb() {
    return moves ? "move" : "copy";
  }

  CopySummary run() {
    if (moves) {
      source.on(Capability.DELETE, Place.Right.DELETE, "move", _ -> true); // refused before anything is copied
    }
    target.on(Capability.WRITE, Place.Right.WRITE, "write", _ -> true);
    requireApart();
    NodeInfo info = source.info();
    if (moves && options.takesAll() && isOneStep(info) && renamed()) {
      counts.found(info.size());
      counts.copied(source, target, info.size());
      return counts.summary();
    }
    if (info.isFolder()) {
      return folder();
    }
    if (wanted(source, source.name())) {
      counts.found(info.size());
      file(source, target);
    }
    return counts.summary();
  }

  /** A folder that is there is merged with, file by file. */
  private boolean isOneStep(NodeInfo info) {
    return !info.isFolder() || target.find().isEmpty();
  }

  private void requireApart() {
    try (Place from = place(source); Place to = place(target)) {
      if (from.isBeside(to) && NodePath.isWithin(from.path(source.path()), to.path(target.path()))) {
        throw new IllegalArgumentException("Cannot " + verb() + " " + source + " to " + target
            + ": that is the same or within it; name another target");
      }
    }
  }

  private static Place place(StorageNode node) {
    return node.storage().place(node.mount());
  }

  /** In one step, if both are of one service that has such. */
  private boolean renamed() {
    try (Place from = place(source); Place to = place(target)) {
      return from.isBeside(to) && from.backend().rename(from.path(source.path()), to.path(target.path()), true);
    }
  }

  private CopySummary folder() {
    Optional<NodeInfo> there = target.find();
    if (there.isPresent() && !there.get().isFolder()) {
      throw new ExistsException(
          "Cannot " + verb() + " the folder " + source + " to " + target + ": a file is there; name another target");
    }
    inParallel();
    if (moves) {
      removeEmptied(source);
    }
    CopySummary summary = counts.summary();
    if (!summary.failures().isEmpty()) {
      CopySummary.Failure first = summary.failures().getFirst();
      throw new CopyException(
          "Cannot " + verb() + " " + summary.failures().size() + " of the files of " + source + " to " + target + ": "
              + summary.copied() + " are done, " + summary.skipped() + " left out; the first failed thus: "
              + first.cause().getMessage(),
          summary);
    }
    return summary;
  }

  private void inParallel() {
    Semaphore room = new Semaphore(2 * options.parallel());
    AtomicReference<@Nullable Throwable> stopped = new AtomicReference<>();
    ExecutorService workers = Executors.newFixedThreadPool(options.parallel(),
        Thread.ofPlatform().daemon().name("packice-copy-", 0).factory());
    try {
      folder(source, target);
      for (Iterator<StorageNode> all = source.walk().iterator(); stopped.get() == null && all.hasNext();) {
        StorageNode from = all.next();
        String below = NodePath.below(source.path(), from.path());
        StorageNode to = target.resolve(below);
        if (from.isFolder()) {
          folder(from, to);
        } else if (wanted(from, below)) {
          counts.found(from.size());
          room.acquire();
          workers.execute(() -> {
            try {
              file(from, to);
            } catch (NodeException e) {
              counts.failed(from, e);
            } catch (Throwable e) { // a caller's function, or a bug: told by the caller's thread
              stopped.compareAndSet(null, e);
            } finally {
              room.release();
            }
          });
        }
      }
    } catch (InterruptedException e) {
      noteInterrupt(stopped, e);
    } finally {
      finish(workers, stopped);
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    Throwable cause = stopped.get();
    if (cause instanceof RuntimeException e) {
      throw e;
    } else if (cause != null) {
      throw new IllegalStateException("Cannot " + verb() + " " + source + ": a worker failed; look at the cause",
          cause);
    }
  }

  private void noteInterrupt(AtomicReference<@Nullable Throwable> stopped, InterruptedException e) {
    interrupted = true;
    stopped.compareAndSet(null, new UnavailableException(
        "Cannot " + verb() + " " + source + ": the thread was interrupted; what was copied is whole", false, e));
  }

  /** Nothing goes on behind the caller's back, whatever has happened. */
  private void finish(ExecutorService workers, AtomicReference<@Nullable Throwable> stopped) {
    boolean ended = false;
    while (!ended) {
      if (stopped.get() == null) {
        workers.shutdown();
      } else {
        workers.shutdownNow();
      }
      try {
        ended = workers.awaitTermination(1, TimeUnit.HOURS);
      } catch (InterruptedException e) {
        noteInterrupt(stopped, e);
      }
    }
  }

  private boolean wanted(StorageNode from, String below) {
    String reason = options.reasonToLeave(from, below);
    if (!reason.isEmpty()) {
      counts.skipped(from, reason);
    }
    return reason.isEmpty();
  }

  /** An empty folder is copied too, where the target has such. */
  private void folder(StorageNode from, StorageNode to) {
    if (!to.path().isEmpty() && options.takesAll() && to.capabilities().has(Capability.FOLDERS)) {
      try {
        to.makeFolder();
      } catch (NodeException e) {
        counts.failed(from, e);
      }
    }
  }

  private void file(StorageNode from, StorageNode to) {
    NodeInfo info = from.refresh().info();
    Optional<NodeInfo> there = to.find();
    if (there.isPresent() && there.get().isFolder()) {
      throw new ExistsException(
          "Cannot " + verb() + " " + from + " to " + to + ": a folder is there; name another target");
    }
    if (there.isPresent()) {
      Skip.Decision decision = options.skip().decide(from, info, to, there.get());
      counts.hashed(decision.bytesRead());
      if (decision.reason() != null) {
        counts.skipped(from, decision.reason());
        return;
      }
    }
    long bytes = transfer(from, info, to);
    if (moves) {
      Transfers.deleteAll(from, List.of(from));
    }
    counts.copied(from, to, bytes);
  }

  private long transfer(StorageNode from, NodeInfo info, StorageNode to) {
    WriteOptions how = how(info, to);
    try (Place here = place(from); Place there = place(to)) {
      if (there.backend().capabilities().has(Capability.SERVER_SIDE_COPY) && from.isNewest()
          && there.backend().copyFrom(here.backend(), here.path(from.path()), there.path(to.path()), how)) {
        counts.moving(info.size());
        return info.size();
      }
    }
    return Transfers.again(() -> stream(from, to, how));
  }

  private WriteOptions how(NodeInfo info, StorageNode to) {
    boolean keeps = options.keepsMetadata() && to.capabilities().has(Capability.METADATA);
    Map<String, String> metadata = keeps ? info.metadata() : Map.of();
    return new WriteOptions(true, metadata, info.details().mediaType(), OptionalLong.of(info.size()));
  }

  private long stream(StorageNode from, StorageNode to, WriteOptions how) {
    long[] moved = {0};
    try (NodeReader reader = from.open(); InputStream in = reader.stream(0); // before the size is asked for, which comes with it
        NodeWriter writer = to.writer(reader.size().isPresent() ? how.withSize(reader.size().getAsLong()) : how)) {
      long bytes = Transfers.pump(in, reader.size(), writer, count -> {
        moved[0] += count;
        counts.moving(count);
      });
      if (bytes != reader.size().orElse(bytes)) {
        throw new ChangedException("Cannot copy " + from + ": it gave " + bytes + " bytes and said "
            + reader.size().getAsLong() + "; try again");
      }
      writer.commit();
      return bytes;
    } catch (RuntimeException e) {
      counts.moving(-moved[0]);
      throw e;
    } catch (IOException e) {
      counts.moving(-moved[0]);
      throw Transfers.broken(from, e);
    }
  }

  /** Folders from which all was moved. */
  private void removeEmptied(StorageNode folder) {
    if (!folder.capabilities().has(Capability.FOLDERS) || folder.find().isEmpty()) {
      return;
    }
    boolean empty = true;
    for (Iterator<StorageNode> all = folder.children().iterator(); all.hasNext();) {
      StorageNode child = all.next();
      if (child.isFolder()) {
        removeEmptied(child);
      }
      empty &= child.isFolder() && !child.exists();
    }
    if (empty && !folder.path().isEmpty()) {
      Transfers.deleteAll(folder, List.of(folder));
    }
  }
}
