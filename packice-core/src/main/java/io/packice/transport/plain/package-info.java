/**
 * Speaking to servers of others, which know the first commands of the protocol and no hello: no sessions, no codes of refusals, no lengths of blobs.
 *
 * <p>{@link io.packice.transport.plain.PlainSession} is the client's end, whatever the transport; that brings a {@link io.packice.transport.plain.PlainServer}.
 */
@NullMarked
package io.packice.transport.plain;

import org.jspecify.annotations.NullMarked;
