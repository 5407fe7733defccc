package io.packice.backends.file;

import io.packice.core.PackiceException;
import io.packice.core.StoredObject;
import io.packice.internal.os.FileStamp;
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
  private final IndexImage known;
  private final AtomicLong highestVersion = new AtomicLong();

  FolderScan(DataFolder folder, FolderIndex index) {
    this.folder = folder;
    this.index = index;
    this.known = index.image();
  }

  /** A whole object, and where in the index it is; or, if it is not there (-1), how many bytes its manifest has. */
  record Found(FileName name, StoredObject object, Instant sealedAt, int position, int manifestBytes) {
  }

  /** All whole objects, the earliest sealed first; how many damaged ones are set aside; the highest version that was ever seen. */
  record Result(List<Found> objects, long quarantined, long highestVersion) {
  }

  Result run() {
    DataFolder.names(folder.drafts()).forEach(name -> PosixFiles.remove(folder.drafts().resolve(name)));
    List<Found> objects = inOrder(folder.shards().parallelStream().map(this::scan).toList());
    for (Found found : objects) {
      if (found.position < 0) {
        index.add(found.name, found.object, found.sealedAt, found.manifestBytes);
      }
    }
    return new Result(objects, quarantined(), highestVersion.get());
  }

  /** In the order of the index they are in order already, or nearly so; then sorting costs next to nothing. */
  private List<Found> inOrder(List<List<Found>> shards) {
    Found[] inIndex = new Found[known.count()];
    List<Found> all = new ArrayList<>(inIndex.length);
    for (List<Found> shard : shards) {
      for (Found found : shard) {
        if (found.position < 0) {
          all.add(found);
        } else {
          inIndex[found.position] = found;
        }
      }
    }
    for (Found found : inIndex) {
      if (found != null) {
        all.add(found);
      }
    }
    all.sort(Comparator.comparingLong(found -> found.name.version()));
    return all;
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
    List<String> files = DataFolder.names(shard);
    @Nullable FileStamp[] stamps = PosixFiles.stamps(shard, files);
    Map<String, @Nullable FileStamp> manifests = new HashMap<>();
    Map<String, @Nullable FileStamp> datas = new HashMap<>();
    for (int i = 0; i < stamps.length; i++) {
      String file = files.get(i);
      if (file.endsWith(DataFolder.MANIFEST)) {
        manifests.put(file.substring(0, file.length() - DataFolder.MANIFEST.length()), stamps[i]);
      } else if (file.endsWith(DataFolder.DATA)) {
        datas.put(file.substring(0, file.length() - DataFolder.DATA.length()), stamps[i]);
      } else {
        Log.unknownFile(shard.resolve(file));
      }
    }
    List<Found> whole = newest(readAll(shard, manifests, datas));
    datas.keySet().removeAll(manifests.keySet());
    datas.keySet().forEach(text -> removeOrphan(shard, text));
    return whole;
  }

  private void removeOrphan(Path shard, String text) {
    FileName name = FileName.parse(text);
    if (name == null) {
      Log.unknownFile(shard.resolve(text + DataFolder.DATA));
    } else {
      seen(name);
      PosixFiles.remove(folder.data(name));
    }
  }

  private List<Found> readAll(Path shard, Map<String, @Nullable FileStamp> manifests,
      Map<String, @Nullable FileStamp> datas) {
    List<Found> whole = new ArrayList<>(manifests.size());
    ManifestReader reader = new ManifestReader(folder);
    manifests.forEach((text, stamp) -> {
      FileName name = FileName.parse(text);
      if (name == null) {
        Log.unknownFile(shard.resolve(text + DataFolder.MANIFEST));
        return;
      }
      try {
        Found found = findInIndex(text, name, stamp, datas.get(text));
        whole.add(found == null ? read(name, reader) : found);
      } catch (DamagedException e) {
        quarantine(name, String.valueOf(e.getMessage()));
        seen(name);
      }
    });
    return whole;
  }

  /** Null if the index has nothing of it that counts. */
  private @Nullable Found findInIndex(String text, FileName name, @Nullable FileStamp manifest,
      @Nullable FileStamp data) throws DamagedException {
    int position = known.find(text);
    if (position < 0 || manifest == null) {
      return null;
    }
    IndexEntry entry = known.entry(position, name);
    if (entry == null || !entry.stamp().equals(manifest)) {
      return null;
    }
    ManifestReader.checkData(entry.object(), data == null ? -1 : data.byteSize());
    return new Found(name, entry.object(), entry.sealedAt(), position, 0);
  }

  private static Found read(FileName name, ManifestReader reader) throws DamagedException {
    Manifest manifest = reader.read(name);
    return new Found(name, manifest.object(), manifest.sealedAt(), -1, reader.byteSize());
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
    long highest = 0;
    Map<String, Found> newest = HashMap.newHashMap(whole.size());
    for (Found found : whole) {
      highest = Math.max(highest, found.name.version());
      Found other = newest.put(found.name.hash(), found);
      if (other != null) {
        boolean isNewer = found.name.version() > other.name.version();
        newest.put(found.name.hash(), isNewer ? found : other);
        FileName older = isNewer ? other.name : found.name;
        PosixFiles.remove(folder.manifest(older));
        PosixFiles.remove(folder.data(older));
      }
    }
    highestVersion.accumulateAndGet(highest, Math::max);
    return newest.size() == whole.size() ? whole : new ArrayList<>(newest.values());
  }
}
