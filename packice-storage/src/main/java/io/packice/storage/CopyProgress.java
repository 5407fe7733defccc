package io.packice.storage;

/**
 * How far a copy is.
 *
 * @param files copied so far
 * @param bytes copied so far, also of files that are not yet whole
 * @param filesFound so far: copied, being copied, or waiting
 * @param bytesFound of those
 */
public record CopyProgress(long files, long bytes, long filesFound, long bytesFound) {
}
