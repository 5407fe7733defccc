package io.packice.backends.sharedfs;

import io.packice.backends.file.DamagedException;
import io.packice.backends.file.FileName;
import io.packice.backends.file.Manifest;
import io.packice.internal.os.PosixFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What is in {@code objects/} and {@code retired/}, remembered from turn to turn. Every turn that changes one of the two first writes its
 * number to the file {@code changed}; a peer that finds the number that it saw last has missed nothing. Only for the thread that has the turn.
 */
final class Index {
  private static final long NOTHING_SEEN = -1;

  final Map<String, SharedSealed> objects = new HashMap<>();
  final Map<FileName, SharedSealed> retired = new HashMap<>();
  long quarantined;
  private final SharedFileBlobStore store;
  private final SharedFolder folder;
  private long seenChange = NOTHING_SEEN;

  Index(SharedFileBlobStore store) {
    this.store = store;
    this.folder = store.folder;
  }

  private Path changed() {
    return folder.root().resolve("changed");
  }

  private long lastChange() {
    String text = SmallFiles.text(changed());
    return text == null ? 0 : Long.parseLong(text.strip());
  }

  /** Before a change in this turn, which the caller makes to the maps, too. */
  void announce(long turn) {
    if (seenChange == turn) {
      return;
    }
    boolean isCurrent = seenChange == lastChange();
    Path made = folder.tmp(store.members.own + "-changed");
    PosixFiles.remove(made);
    SmallFiles.write(made, turn + "\n");
    PosixFiles.rename(made, changed());
    seenChange = isCurrent ? turn : NOTHING_SEEN;
  }

  void refresh() {
    long change = lastChange();
    if (change == seenChange) {
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
    seenChange = change;
  }

  /** Null if it is damaged, and so was set aside. */
  private @Nullable SharedSealed readSound(Path path) {
    try {
      byte[] bytes = SmallFiles.read(path);
      if (bytes == null) {
        return null;
      }
      SharedSealed found = store.handle(Manifest.parse(bytes));
      long actual = Files.size(folder.data(found.name));
      if (actual != found.object.extentBytes()) {
        throw new DamagedException("its file has " + actual + " bytes instead of " + found.object.extentBytes());
      }
      return found;
    } catch (DamagedException e) {
      quarantine(path, e.getMessage());
    } catch (NoSuchFileException e) {
      quarantine(path, "its file is gone");
    } catch (IOException e) {
      throw SmallFiles.failure("look at the data of " + path, e);
    }
    return null;
  }

  private void quarantine(Path manifest, @Nullable String why) {
    Path aside = folder.quarantine().resolve(Objects.requireNonNull(manifest.getFileName()));
    PosixFiles.rename(manifest, aside);
    Log.quarantined(manifest, aside, why);
  }
}
