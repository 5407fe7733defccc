/**
 * The logic of a peer, free of I/O: what objects, blobs and leases are, and who may do what when.
 *
 * <p>Start at {@link io.packice.core.Peer}, which opens {@link io.packice.core.Session sessions}; the rules themselves are in
 * {@link io.packice.core.LocalPeer}. Implementers of a backend look at {@link io.packice.core.BlobStore} and
 * {@link io.packice.core.LeaseStore}. People who only want their bytes start one package up, at {@code io.packice.Packice}.
 */
@NullMarked
package io.packice.core;

import org.jspecify.annotations.NullMarked;
