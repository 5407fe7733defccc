package io.packice.core;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One page of a listing, in the order of the ids.
 *
 * @param objects the objects on this page
 * @param next where the next page starts, to be given as {@code after}; null if this is the last
 */
public record ObjectPage(List<ObjectStatus> objects, @Nullable ObjectId next) {
  /** The most objects that one page may hold. */
  public static final int MAX_LIMIT = 1000;

  /** Copies the list. */
  public ObjectPage {
    objects = List.copyOf(objects);
  }
}
