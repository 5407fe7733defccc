package io.packice.storage;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One version of a file.
 *
 * @param id by which the service names it
 * @param modified when it was written
 * @param size its bytes
 * @param tag what differs whenever the bytes differ; null if there is none
 */
public record NodeVersion(String id, Instant modified, long size, @Nullable String tag) {
}
