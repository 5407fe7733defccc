package io.packice.storage.local;

import java.nio.file.Path;

/**
 * Settings of a mount of the type {@code local}.
 *
 * @param path the folder that is its root; it must be there
 */
public record LocalSettings(Path path) {
}
