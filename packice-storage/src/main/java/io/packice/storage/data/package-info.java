/** Files whose bytes are their own name. */
@NullMarked
package io.packice.storage.data;

import org.jspecify.annotations.NullMarked;
