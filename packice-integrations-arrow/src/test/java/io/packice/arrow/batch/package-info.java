/** Messages of Arrow IPC by themselves. */
@NullMarked
package io.packice.arrow.batch;

import org.jspecify.annotations.NullMarked;
