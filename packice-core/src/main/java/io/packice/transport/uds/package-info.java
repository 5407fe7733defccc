/**
 * The Unix-socket transport, version 1 of its protocol: one JSON object per message, descriptors as ancillary data.
 *
 * <p>{@link io.packice.transport.uds.UdsServer} puts a peer on a socket; {@link io.packice.transport.uds.UdsSession} is the client's end.
 */
@NullMarked
package io.packice.transport.uds;

import org.jspecify.annotations.NullMarked;
