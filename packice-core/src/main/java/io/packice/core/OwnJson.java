package io.packice.core;

import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamWriteConstraints;
import tools.jackson.core.json.JsonFactory;

/**
 * How JSON that Packice has written is read and written again: nothing that was ever accepted is too deep or too long for it. What comes in from outside has
 * narrower bounds, and is held to them where it comes in.
 */
public final class OwnJson {
  /** Earlier versions took metadata that is 500 deep; a message around it is deeper. */
  private static final int DEPTH = 1_000;

  private static final int LENGTH = 1 << 20;

  /** For the messages of others, too: a number in them has at most 1000 digits. */
  public static final JsonFactory FACTORY = JsonFactory.builder()
      .streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(DEPTH).maxNameLength(LENGTH).build())
      .streamWriteConstraints(StreamWriteConstraints.builder().maxNestingDepth(DEPTH).build()).build();

  /** For what stands under a checksum. */
  public static final JsonFactory CHECKSUMMED = FACTORY.rebuild()
      .streamReadConstraints(FACTORY.streamReadConstraints().rebuild().maxNumberLength(LENGTH).build()).build();

  private OwnJson() {
  }
}
