/**
 * Stores in memory: blobs in memfds, leases in maps.
 *
 * <p>Entry points: {@link io.packice.backends.memory.MemfdBlobStore} and {@link io.packice.backends.memory.InMemoryLeaseStore}.
 */
@NullMarked
package io.packice.backends.memory;

import org.jspecify.annotations.NullMarked;
