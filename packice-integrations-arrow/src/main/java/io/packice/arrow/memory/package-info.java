/** Memory that several use together: {@link io.packice.arrow.memory.UseCount} ends it with the last of them. */
@NullMarked
package io.packice.arrow.memory;

import org.jspecify.annotations.NullMarked;
