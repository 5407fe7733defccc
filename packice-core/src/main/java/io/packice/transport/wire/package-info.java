/**
 * What the transports share: the table of commands, what clients ask and peers answer, as JSON, and when a session ends. Only transports use this package, and the metrics,
 * which name operations as commands are named.
 */
@NullMarked
package io.packice.transport.wire;

import org.jspecify.annotations.NullMarked;
