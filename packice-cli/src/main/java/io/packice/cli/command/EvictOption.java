package io.packice.cli.command;

import io.packice.core.AcquireRequest.Room;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** {@code --evict} of a command that makes something. */
public final class EvictOption {
  @Option(names = "--evict", paramLabel = "WHAT",
      description = "What may go to make room: lru, what nobody uses, the least recently used first; or none, so that what does not fit is"
          + " refused; otherwise what the peer is served with.") private @Nullable Evict evict;

  /** As nothing was said. */
  public EvictOption() {
  }

  /**
   * What may go.
   *
   * @return as it was said
   */
  public Room room() {
    return evict == null ? Room.USUAL : evict.room();
  }
}
