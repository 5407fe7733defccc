/** What the core says of itself, without a peer. */
@NullMarked
package io.packice.core;

import org.jspecify.annotations.NullMarked;
