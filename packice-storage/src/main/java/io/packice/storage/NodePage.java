package io.packice.storage;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One page of a folder's children.
 *
 * @param children what is directly in the folder
 * @param next what the service wants to be given for the next page; null if this is the last
 */
public record NodePage(List<NodeInfo> children, @Nullable String next) {
  /** Copies the list. */
  public NodePage {
    children = List.copyOf(children);
  }
}
