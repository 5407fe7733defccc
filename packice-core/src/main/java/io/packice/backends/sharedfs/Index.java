package io.packice.backends.sharedfs;

import io.packice.backends.file.DamagedException;
import io.packice.backends.file.FileName;
import io.packice.backends.file.Manifest;
import io.packice.core.CapacityExceededException;
import io.packice.internal.os.PosixFiles;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What is in {@code objects/} and {@code retired/}, remembered from turn to turn. Every turn that changes one of the two first writes its
 * number to the file {@code changed}; a peer that finds the number that it saw last has missed nothing. On a full disk, where there is no room
 * for a number, the file goes instead, and peers that find none look at everything. Only for the thread that has the turn.
 */
final class Index {
  final Map<String, SharedSealed> objects = new HashMap<>();
  final Map<FileName, SharedSealed> retired = new HashMap<>();
  long quarantined;
  private final SharedFileBlobStore store;
  private final SharedFolder folder;
  /** What stood in {@code changed} when this peer last knew everything; null if it does not. */
  private @Nullable String seen;

  Index(SharedFileBlobStore store) {
    this.store = store;
    this.folder = store.folder;
  }

  private Path changed() {
    return folder.root().resolve("changed");
  }

  private @Nullable String lastChange() {
    return SmallFiles.text(changed());
  }

  /** Before a change in this turn, which the caller makes to the maps, too. */
  void announce(long turn) {
    String now = turn + "\n";
    if (now.equals(seen)) {
      return;
    }
    boolean isCurrent = seen != null && seen.equals(lastChange());
    Path made = folder.tmp(store.members.own + "-changed");
    try {
      SmallFiles.write(made, now);
      PosixFiles.rename(made, changed());
      seen = isCurrent ? now : null;
    } catch (CapacityExceededException full) { // also who wants to discard something must get through here
      PosixFiles.remove(made);
      PosixFiles.remove(changed());
      seen = null;
    }
  }

  void refresh() {
    String change = lastChange();
    if (change != null && change.equals(seen)) {
      return;
    }
    objects.clear();
    retired.clear();
    for (String hash : SmallFiles.names(folder.objects())) {
      SharedSealed found = readSound(folder.objects().resolve(hash));
      if (found != null) {
        objects.put(hash, found);
      }
    }
    for (String text : SmallFiles.names(folder.retired())) {
      SharedSealed found = store.read(folder.retired().resolve(text));
      if (found == null) {
        continue;
      }
      if (Objects.equals(objects.get(found.name.hash()), found)) {
        PosixFiles.remove(folder.retired(found.name)); // its replacement never came
      } else {
        retired.put(found.name, found);
      }
    }
    quarantined = SmallFiles.names(folder.quarantine()).size();
    seen = change;
  }

  /** Null if it is damaged, and so was set aside. */
  private @Nullable SharedSealed readSound(Path path) {
    try {
      byte[] bytes = SmallFiles.read(path);
      if (bytes == null) {
        return null;
      }
      SharedSealed found = store.handle(Manifest.parse(bytes));
      long actual = PosixFiles.byteSize(folder.data(found.name));
      if (actual < 0) {
        throw new DamagedException("its file is gone");
      }
      if (actual != found.object.extentBytes()) {
        throw new DamagedException("its file has " + actual + " bytes instead of " + found.object.extentBytes());
      }
      return found;
    } catch (DamagedException e) {
      quarantine(path, e.getMessage());
    }
    return null;
  }

  private void quarantine(Path manifest, @Nullable String why) {
    Path aside = folder.quarantine().resolve(Objects.requireNonNull(manifest.getFileName()));
    PosixFiles.rename(manifest, aside);
    Log.quarantined(manifest, aside, why);
  }
}
