/** {@code packice mounts}: what people do with files of storage services. */
@NullMarked
package io.packice.cli.mounts;

import org.jspecify.annotations.NullMarked;
