package io.packice.storage;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One opened service, as whoever brings a service implements it. Paths are relative to its root, of parts with one slash between them, none of which is empty,
 * {@code .} or {@code ..}; the root itself is the empty path. What a backend does not declare is never asked of it: permissions, capabilities and repetitions are the
 * caller's business. All methods are called from many threads at once, and throw of the family {@link NodeException} only.
 */
public interface StorageBackend extends AutoCloseable {
  /**
   * What this one can do.
   *
   * @return the same each time
   */
  Capabilities capabilities();

  /**
   * Describes a file or folder.
   *
   * @param path where
   * @return what is there; empty if nothing is
   */
  Optional<NodeInfo> stat(String path);

  /**
   * Opens a file.
   *
   * @param path where
   * @param version which version; null for the newest
   * @return an opened file, which the caller closes
   * @throws AbsentException if there is none, or a folder; at the latest at the first read
   */
  NodeReader read(String path, @Nullable String version);

  /**
   * Lists what is directly in a folder.
   *
   * @param folder its path
   * @param after what the page before gave; null for the first
   * @return a page, without details
   * @throws AbsentException if there is no such folder
   */
  default NodePage list(String folder, @Nullable String after) {
    throw lacks(Capability.LIST, "list", folder);
  }

  /**
   * Begins to write a file; missing folders above it are made.
   *
   * @param path where
   * @param options how
   * @return a writer, which the caller closes
   * @throws ExistsException if there is a folder, or something that is not to be replaced
   */
  default NodeWriter write(String path, WriteOptions options) {
    throw lacks(Capability.WRITE, "write", path);
  }

  /**
   * Begins to add to the end of a file, which is made if it is not there.
   *
   * @param path where
   * @return a writer, whose bytes are seen at the latest when it has committed
   */
  default NodeWriter append(String path) {
    throw lacks(Capability.APPEND, "append to", path);
  }

  /**
   * Makes a folder and those above it; one that is there is left.
   *
   * @param path where
   * @throws ExistsException if a file is there
   */
  default void makeFolder(String path) {
    throw lacks(Capability.FOLDERS, "make the folder", path);
  }

  /**
   * Deletes files and empty folders, in this order; what is not there is no failure.
   *
   * @param paths where
   * @throws ExistsException if a folder is not empty
   */
  default void delete(List<String> paths) {
    throw lacks(Capability.DELETE, "delete", paths.getFirst());
  }

  /**
   * Copies a file without its bytes passing here.
   *
   * @param from the backend that has it, of the same service
   * @param path where it is there
   * @param to where it is to be here
   * @param options how; metadata replaces the copied one's
   * @return whether it was done: false if these two cannot, and nothing was changed
   */
  default boolean copyFrom(StorageBackend from, String path, String to, WriteOptions options) {
    return false;
  }

  /**
   * Renames a file or folder within this service in one step.
   *
   * @param from where it is
   * @param to where it is to be; missing folders above are made
   * @param replace whether a file that is there is replaced
   * @return whether it was done: false if there is no such step, and nothing was changed
   * @throws ExistsException if there is something that is not replaced
   */
  default boolean rename(String from, String to, boolean replace) {
    return false;
  }

  /**
   * Lists the versions of a file.
   *
   * @param path where
   * @return the newest first; empty if there is none
   */
  default List<NodeVersion> versions(String path) {
    throw lacks(Capability.VERSIONS, "list the versions of", path);
  }

  /**
   * Deletes one version of a file for ever.
   *
   * @param path where
   * @param version its id
   */
  default void deleteVersion(String path, String version) {
    throw lacks(Capability.VERSIONS, "delete a version of", path);
  }

  /**
   * Replaces the user metadata of a file, without its bytes passing here.
   *
   * @param path where
   * @param metadata all of it
   */
  default void setMetadata(String path, Map<String, String> metadata) {
    throw lacks(Capability.METADATA, "set metadata of", path);
  }

  /**
   * An address by which anybody may read or write a file for a while.
   *
   * @param path where
   * @param method {@code GET} or {@code PUT}
   * @param life how long
   * @return the address
   */
  default URI presign(String path, String method, Duration life) {
    throw lacks(Capability.PRESIGN, "presign", path);
  }

  /**
   * The address of a file for those who may read it anyway.
   *
   * @param path where
   * @return the address, without secrets; empty if there is none
   */
  default Optional<URI> url(String path) {
    return Optional.empty();
  }

  private static UnsupportedException lacks(Capability capability, String verb, String path) {
    return UnsupportedException.of(capability, verb, path);
  }

  /** Lets go of connections. What was opened here is closed before. */
  @Override
  void close();
}
