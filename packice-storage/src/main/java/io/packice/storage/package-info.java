/**
 * One API over storage services. {@link io.packice.storage.Storage} has the mounts, a {@link io.packice.storage.StorageNode} is a file or folder of one; whoever
 * brings a service implements {@link io.packice.storage.StorageService} and {@link io.packice.storage.StorageBackend}.
 */
@NullMarked
package io.packice.storage;

import org.jspecify.annotations.NullMarked;
