/** Arrow files and streams of all versions and writers, sound and damaged. */
@NullMarked
package io.packice.arrow.ipc;

import org.jspecify.annotations.NullMarked;
