package io.packice.storage;

import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.function.Function;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/** Nodes of a folder, page by page, and of those below it if wanted; no more than a page for each level is held. For one thread at a time. */
final class TreeWalk implements Iterator<StorageNode> {
  /** A page of a folder: its children, and how to get the next. */
  record Page(Iterator<StorageNode> children, @Nullable String next) {
  }

  private final boolean deep;
  private final Deque<Level> levels = new ArrayDeque<>();

  private static final class Level {
    final StorageNode folder;
    Page page;

    Level(StorageNode folder) {
      this.folder = folder;
      this.page = folder.page(null);
    }

    boolean hasNext() {
      while (!page.children.hasNext()) {
        String next = page.next;
        if (next == null) {
          return false;
        }
        page = folder.page(next);
      }
      return true;
    }
  }

  private TreeWalk(StorageNode folder, boolean deep) {
    this.deep = deep;
    levels.push(new Level(folder));
  }

  static Stream<StorageNode> stream(StorageNode folder, boolean deep) {
    return StreamSupport.stream(
        Spliterators.spliteratorUnknownSize(new TreeWalk(folder, deep), Spliterator.ORDERED | Spliterator.NONNULL),
        false);
  }

  /** A page whose infos are made nodes as they are read. */
  static Page page(NodePage page, Function<NodeInfo, StorageNode> node) {
    return new Page(
        page.children().isEmpty() ? Collections.emptyIterator() : page.children().stream().map(node).iterator(),
        page.next());
  }

  @Override
  public boolean hasNext() {
    while (!levels.isEmpty()) {
      if (levels.element().hasNext()) {
        return true;
      }
      levels.pop();
    }
    return false;
  }

  @Override
  public StorageNode next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    StorageNode node = levels.element().page.children.next();
    if (deep && node.isFolder()) {
      levels.push(new Level(node));
    }
    return node;
  }
}
