/**
 * Who holds what: a consistent-hash ring, which every client that knows the same members computes alike. Start at {@link io.packice.cluster.ring.Ring#of}.
 */
@NullMarked
package io.packice.cluster.ring;

import org.jspecify.annotations.NullMarked;
