/**
 * Arrow's own files and streams into tables and back: {@link io.packice.arrow.ipc.IpcFormat}. Nothing that they say of themselves is believed before it was compared with
 * what is there.
 */
@NullMarked
package io.packice.arrow.ipc;

import org.jspecify.annotations.NullMarked;
