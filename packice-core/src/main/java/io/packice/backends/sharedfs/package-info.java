/**
 * Objects in files of a folder that several peers share.
 *
 * <p>Entry point: {@link io.packice.backends.sharedfs.SharedFileBlobStore}; most use it through
 * {@code io.packice.peers.SharedFileSystemPeer}.
 */
@NullMarked
package io.packice.backends.sharedfs;

import org.jspecify.annotations.NullMarked;
