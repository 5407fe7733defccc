/**
 * Objects in files: sealed objects outlive their peer.
 *
 * <p>What is sealed stands in one log ({@link io.packice.backends.file.SealLog}, written as {@link io.packice.backends.file.LogFormat} says), whose crash
 * windows are drawn where they are: of a seal at {@link io.packice.backends.file.FileDraft}, of a rewrite at
 * {@link io.packice.backends.file.SealLog#rewrite}, of taking over a folder of an earlier version at {@link io.packice.backends.file.OldFolder}. Where files are
 * says {@link io.packice.backends.file.DataFolder}.
 *
 * <p>Entry point: {@link io.packice.backends.file.FileBlobStore}; most use it through {@code io.packice.peers.FileSystemPeer}.
 */
@NullMarked
package io.packice.backends.file;

import org.jspecify.annotations.NullMarked;
