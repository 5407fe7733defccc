/**
 * Objects in files: sealed objects outlive their peer.
 *
 * <p>Entry point: {@link io.packice.backends.file.FileBlobStore}; most use it through {@code io.packice.peers.FileSystemPeer}.
 */
@NullMarked
package io.packice.backends.file;

import org.jspecify.annotations.NullMarked;
