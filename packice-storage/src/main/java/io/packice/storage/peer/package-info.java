/** A peer's objects as files. */
@NullMarked
package io.packice.storage.peer;

import org.jspecify.annotations.NullMarked;
