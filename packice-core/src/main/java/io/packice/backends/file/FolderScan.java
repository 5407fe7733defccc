package io.packice.backends.file;

import io.packice.core.PackiceException;
import io.packice.core.StoredObject;
import io.packice.internal.os.PosixFiles;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * What a start does to a data folder: removes what is of no worth, sets damage aside, keeps the newest version of each object. Every step may
 * be repeated, so a start that is killed does no harm.
 */
final class FolderScan {
  private final DataFolder folder;
  private final FolderIndex index;
  private final AtomicLong highestVersion = new AtomicLong();

  FolderScan(DataFolder folder, FolderIndex index) {
    this.folder = folder;
    this.index = index;
  }

  /** A whole object. */
  record Found(FileName name, StoredObject object, Instant sealedAt) {
  }

  /** All whole objects, the earliest sealed first; how many damaged ones are set aside; the highest version that was ever seen. */
  record Result(List<Found> objects, long quarantined, long highestVersion) {
  }

  Result run() {
    DataFolder.names(folder.drafts()).forEach(name -> PosixFiles.remove(folder.drafts().resolve(name)));
    List<Found> objects =
        new ArrayList<>(folder.shards().parallelStream().map(this::scan).flatMap(List::stream).toList());
    objects.sort(Comparator.comparingLong(found -> found.name.version()));
    return new Result(objects, quarantined(), highestVersion.get());
  }

  private long quarantined() {
    Set<FileName> names = new HashSet<>();
    for (String file : DataFolder.names(folder.quarantine())) {
      FileName name = nameOf(file);
      if (name != null) {
        names.add(name);
        seen(name);
      }
    }
    return names.size();
  }

  private static @Nullable FileName nameOf(String file) {
    int dot = file.indexOf('.');
    return dot < 0 ? null : FileName.parse(file.substring(0, dot));
  }

  private void seen(FileName name) {
    highestVersion.accumulateAndGet(name.version(), Math::max);
  }

  private List<Found> scan(Path shard) {
    List<FileName> manifests = new ArrayList<>();
    List<FileName> datas = new ArrayList<>();
    for (String text : DataFolder.names(shard)) {
      FileName name = nameOf(text);
      if (name != null && text.endsWith(DataFolder.MANIFEST)) {
        manifests.add(name);
        seen(name);
      } else if (name != null && text.endsWith(DataFolder.DATA)) {
        datas.add(name);
        seen(name);
      } else {
        Log.unknownFile(shard.resolve(text));
      }
    }
    List<Found> whole = newest(readAll(manifests));
    Set<FileName> described = new HashSet<>(manifests);
    for (FileName name : datas) {
      if (!described.contains(name)) {
        PosixFiles.remove(folder.data(name));
      }
    }
    return whole;
  }

  private List<Found> readAll(List<FileName> manifests) {
    List<Found> whole = new ArrayList<>(manifests.size());
    ManifestReader reader = new ManifestReader(folder);
    for (FileName name : manifests) {
      try {
        whole.add(find(name, reader));
      } catch (DamagedException e) {
        quarantine(name, String.valueOf(e.getMessage()));
      }
    }
    return whole;
  }

  private Found find(FileName name, ManifestReader reader) throws DamagedException {
    IndexEntry entry = index.find(name);
    if (entry != null) {
      reader.checkData(name, entry.object());
      return new Found(name, entry.object(), entry.sealedAt());
    }
    Manifest manifest = reader.read(name);
    index.add(name, manifest, reader.byteSize());
    return new Found(name, manifest.object(), manifest.sealedAt());
  }

  private void quarantine(FileName name, String why) {
    try {
      for (Path file : List.of(folder.manifest(name), folder.data(name))) { // the manifest first: it makes the object exist
        if (Files.exists(file)) {
          PosixFiles.rename(file, folder.quarantine().resolve(file.getFileName()));
        }
      }
      Log.quarantined(name.toString(), folder.quarantine(), why);
    } catch (PackiceException e) {
      Log.cannotQuarantine(name.toString(), why, e);
    }
  }

  /** A kill between a replacement and the removal of what it replaced leaves both. */
  private List<Found> newest(List<Found> whole) {
    Map<String, Found> newest = new HashMap<>();
    for (Found found : whole) {
      Found other = newest.get(found.name.hash());
      if (other == null) {
        newest.put(found.name.hash(), found);
      } else {
        boolean isNewer = found.name.version() > other.name.version();
        newest.put(found.name.hash(), isNewer ? found : other);
        FileName older = isNewer ? other.name : found.name;
        PosixFiles.remove(folder.manifest(older));
        PosixFiles.remove(folder.data(older));
      }
    }
    return new ArrayList<>(newest.values());
  }
}
