package io.packice.storage;

import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.LongConsumer;
import java.util.function.Supplier;

/** What nodes do in more than one step. */
final class Transfers {
  private static final int CHUNK = 1 << 18;

  /** Many at once where the service can; a bounded memory otherwise. */
  private static final int DELETES = 1_000;

  private Transfers() {
  }

  static byte[] readAll(StorageNode node) {
    return again(() -> {
      try (NodeReader reader = node.open(); InputStream in = reader.stream(0)) {
        long size = reader.size().orElse(0); // known with the stream, without a question of its own
        if (size > Integer.MAX_VALUE - 16) {
          throw new IllegalArgumentException(
              "Cannot read " + node + " into an array: it has " + size + " bytes; open it and read ranges");
        }
        return in.readAllBytes();
      } catch (IOException e) {
        throw broken(node, e);
      }
    });
  }

  static UnavailableException broken(StorageNode node, IOException e) {
    return new UnavailableException("Cannot read " + node + ": its service broke off; try again later", true, e);
  }

  /** Something that reads a file, which is begun anew once if the file changes meanwhile. */
  static <T> T again(Supplier<T> reading) {
    try {
      return reading.get();
    } catch (ChangedException first) {
      try {
        return reading.get();
      } catch (ChangedException second) {
        second.addSuppressed(first);
        throw second;
      }
    }
  }

  /** Writes a file's bytes; memory does not grow with them. Returns their number. */
  static long pump(InputStream in, OptionalLong size, NodeWriter writer, LongConsumer onBytes) throws IOException {
    byte[] chunk = new byte[Math.clamp(size.orElse(CHUNK), 1, CHUNK)];
    long total = 0;
    for (int count = in.read(chunk); count >= 0; count = in.read(chunk)) {
      writer.write(MemorySegment.ofArray(chunk).asSlice(0, count));
      total += count;
      onBytes.accept(count);
    }
    return total;
  }

  static void delete(StorageNode node) {
    node.on(Capability.DELETE, Place.Right.DELETE, "delete", place -> true); // refused before it is looked for
    if (node.path().isEmpty()) {
      throw new DeniedException("Cannot delete " + node + ": it is the mount's root; name what is in it");
    }
    if (node.info().isFolder() && !node.capabilities().has(Capability.FOLDERS)) { // it is there by what is in it
      throw new ExistsException(
          "Cannot delete the folder " + node + ": it is not empty; delete what is in it, or the tree");
    }
    deleteAll(node, List.of(node));
  }

  static void deleteAll(StorageNode any, List<StorageNode> nodes) {
    any.on(Capability.DELETE, Place.Right.DELETE, "delete", place -> {
      place.backend().delete(nodes.stream().map(node -> place.path(node.path())).toList());
      return true;
    });
  }

  static long deleteTree(StorageNode node) {
    node.on(Capability.DELETE, Place.Right.DELETE, "delete", place -> true);
    if (node.isFile()) {
      delete(node);
      return 1;
    }
    long files = deleteChildren(node);
    if (!node.path().isEmpty() && node.find().isPresent()) { // of services without folders it is gone with its last file
      deleteAll(node, List.of(node));
    }
    return files;
  }

  private static long deleteChildren(StorageNode folder) {
    long files = 0;
    List<StorageNode> batch = new ArrayList<>();
    List<StorageNode> folders = new ArrayList<>();
    for (Iterator<StorageNode> all = folder.children().iterator(); all.hasNext();) {
      StorageNode child = all.next();
      if (child.isFolder()) {
        folders.add(child);
      } else {
        batch.add(child);
        files++;
      }
      if (batch.size() == DELETES) {
        deleteAll(folder, batch);
        batch.clear();
      }
    }
    for (StorageNode each : folders) {
      files += deleteChildren(each);
    }
    if (folder.capabilities().has(Capability.FOLDERS)) {
      batch.addAll(folders);
    }
    if (!batch.isEmpty()) {
      deleteAll(folder, batch);
    }
    return files;
  }
}
