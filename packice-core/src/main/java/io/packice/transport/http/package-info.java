/**
 * The HTTP transport: JSON commands and REST beside them, blobs by range requests.
 *
 * <p>{@link io.packice.transport.http.HttpServer} puts a peer on an address; {@link io.packice.transport.http.HttpSession} is the client's end,
 * which fetches blobs into local shared memory. The server needs Jetty and Micrometer on the class path, which are optional dependencies;
 * the client needs the JDK only.
 */
@NullMarked
package io.packice.transport.http;

import org.jspecify.annotations.NullMarked;
