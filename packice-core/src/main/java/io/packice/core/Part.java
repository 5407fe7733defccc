package io.packice.core;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.function.LongFunction;

/**
 * A part of a list that is asked for piece by piece, by how many of its items are known already. What changes between two questions may be seen twice or not at
 * all.
 *
 * @param items some items
 * @param hasMore whether there are further ones
 * @param <T> what the list is of
 */
public record Part<T>(List<T> items, boolean hasMore) {
  /** The most items of one part, as of {@link ObjectPage}. */
  public static final int MAX_LIMIT = ObjectPage.MAX_LIMIT;

  /** Where a part ends that says much: a message of it takes little more, whatever the last item says. */
  private static final long MAX_BYTES = 1 << 20;

  /** In a message, besides texts and blobs: names of fields, numbers. */
  private static final long OBJECT_BYTES = 512;
  private static final long BLOB_BYTES = 64;

  /** Copies the list. */
  public Part {
    items = List.copyOf(items);
  }

  /** A list of objects while it is filled, up to so many and so long. */
  static final class Filling {
    private final List<ObjectStatus> items = new ArrayList<>();
    private final int limit;
    private long bytes;

    Filling(int limit) {
      this.limit = limit;
    }

    boolean isFull() {
      return items.size() == limit || bytes > MAX_BYTES;
    }

    void add(ObjectStatus status) {
      items.add(status);
      StoredObject object = status.object();
      bytes += OBJECT_BYTES + BLOB_BYTES * object.blobs().size() + Utf8.byteSize(object.id().value())
          + Utf8.byteSize(object.meta().toJson());
    }

    List<ObjectStatus> items() {
      return items;
    }
  }

  /**
   * The first items of what is left of a list of objects, as many as fit a message.
   *
   * @param rest what is left
   * @param limit the most items
   * @return the part
   */
  public static Part<ObjectStatus> ofObjects(Iterator<ObjectStatus> rest, int limit) {
    Filling part = new Filling(limit);
    while (rest.hasNext() && !part.isFull()) {
      part.add(rest.next());
    }
    return new Part<>(part.items(), rest.hasNext());
  }

  /**
   * A list as a whole, asked for part by part.
   *
   * @param from gives the part behind so many items
   * @param <T> what the list is of
   * @return all items
   */
  public static <T> List<T> all(LongFunction<Part<T>> from) {
    List<T> all = new ArrayList<>();
    Part<T> part;
    do {
      part = from.apply(all.size());
      all.addAll(part.items());
    } while (part.hasMore() && !part.items().isEmpty());
    return all;
  }
}
