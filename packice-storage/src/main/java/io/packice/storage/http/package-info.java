/** Files of an HTTP server, read-only. */
@NullMarked
package io.packice.storage.http;

import org.jspecify.annotations.NullMarked;
