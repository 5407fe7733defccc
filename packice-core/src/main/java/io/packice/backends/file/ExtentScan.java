package io.packice.backends.file;

import io.packice.internal.os.FolderCursor;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Which extents a folder has, and, unless they are many, how long each is: what a start knows of the bytes. It makes no object for a file, and several
 * threads share the folders. Then the extents that a log names are {@linkplain #take taken} out, and the rest belongs to nobody.
 */
final class ExtentScan {
  /** In place of a length: there is a file, which was not looked at. */
  static final long UNSEEN = Long.MAX_VALUE;
  /** What is there is no file. */
  private static final long NO_FILE = -1;
  private static final long ABSENT = -2;
  /** Was there, and is named. */
  private static final long TAKEN = -3;

  private final DataFolder folder;
  private final boolean withLengths;
  /** Of each folder the lengths, by the extent's place in it. */
  private final Map<Long, long[]> found = new ConcurrentHashMap<>();
  private final List<Path> empty = new ArrayList<>();
  private long lastFolder = -1;
  private long @Nullable [] last;

  private ExtentScan(DataFolder folder, boolean withLengths) {
    this.folder = folder;
    this.withLengths = withLengths;
  }

  /**
   * Looks at all there is.
   *
   * @param withLengths whether at each file; otherwise at the names in the folders, which takes a fraction
   */
  static ExtentScan of(DataFolder folder, boolean withLengths) {
    ExtentScan scan = new ExtentScan(folder, withLengths);
    DataFolder.names(folder.objects()).parallelStream().forEach(scan::lookAt);
    return scan;
  }

  private void lookAt(String name) {
    long number = hex(name, DataFolder.FOLDER_DIGITS);
    if (number >= 0) {
      lookAt(number);
    } else if (!OldFolder.isShard(name)) {
      Log.unknownFile(folder.objects().resolve(name));
    }
  }

  private void lookAt(long number) {
    Path path = folder.extents(number);
    long[] lengths = new long[DataFolder.EXTENTS_PER_FOLDER];
    Arrays.fill(lengths, ABSENT);
    found.put(number, lengths);
    if (!Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
      Log.unknownFile(path);
      return;
    }
    boolean isEmpty = true;
    try (FolderCursor files = new FolderCursor()) {
      files.open(path);
      while (files.next()) {
        isEmpty = false;
        int place = place(files);
        if (place >= 0) {
          lengths[place] = withLengths ? files.byteSize() : files.isFile() ? UNSEEN : NO_FILE;
        } else {
          Log.unknownFile(path.resolve(files.name()));
        }
      }
    }
    if (isEmpty) {
      synchronized (empty) {
        empty.add(path);
      }
    }
  }

  /** Which extent of its folder a file is; -1 if it has not the name of one. */
  private static int place(FolderCursor files) {
    byte[] bytes = files.bytes();
    int dot = files.start() + DataFolder.EXTENT_DIGITS;
    int place = 0;
    for (int at = files.start(); at < dot && at < files.end(); at++) {
      byte c = bytes[at];
      if (!DataFolder.isDigit(c)) {
        return -1;
      }
      place = place << 4 | (c <= '9' ? c - '0' : c - 'a' + 10);
    }
    return files.end() - dot == DataFolder.DATA.length() && isData(bytes, dot) ? place : -1;
  }

  private static boolean isData(byte[] bytes, int dot) {
    for (int i = 0; i < DataFolder.DATA.length(); i++) {
      if (bytes[dot + i] != DataFolder.DATA.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  /** A number of so many digits; -1 if it is none. */
  private static long hex(String text, int digits) {
    return text.length() == digits && text.chars().allMatch(DataFolder::isDigit)
        ? HexFormat.fromHexDigitsToLong(text)
        : -1;
  }

  /** How long an extent is that a log names, once; {@link #UNSEEN} if that is not known, less than 0 if it is no file, or not there. */
  long take(long extent) {
    long number = DataFolder.folderOf(extent);
    if (number != lastFolder) {
      last = found.get(number);
      lastFolder = number;
    }
    long[] lengths = last;
    if (lengths == null) {
      return ABSENT;
    }
    int place = (int) (extent % DataFolder.EXTENTS_PER_FOLDER);
    long length = lengths[place];
    if (length != ABSENT) {
      lengths[place] = TAKEN;
    }
    return length;
  }

  /** Whether there is any. */
  boolean hasFiles() {
    return found.values().stream().flatMapToLong(Arrays::stream).anyMatch(length -> length >= NO_FILE);
  }

  /** Those that were not taken. */
  List<Long> rest() {
    List<Long> rest = new ArrayList<>();
    new TreeMap<>(found).forEach((number, lengths) -> {
      for (int place = 0; place < lengths.length; place++) {
        if (lengths[place] >= NO_FILE) {
          rest.add(number * DataFolder.EXTENTS_PER_FOLDER + place);
        }
      }
    });
    return rest;
  }

  /** Folders with nothing in them. */
  List<Path> emptyFolders() {
    return empty;
  }

  /** The first extent of a folder that comes behind all of these. */
  long nextExtent() {
    return found.keySet().stream().mapToLong(number -> number + 1).max().orElse(0) * DataFolder.EXTENTS_PER_FOLDER;
  }
}
