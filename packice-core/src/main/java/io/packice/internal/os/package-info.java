/**
 * The operating system: memfd, seals, mappings and descriptors, by {@code java.lang.foreign}. Internal to packice-core; integrations never
 * see it. {@link io.packice.internal.os.Descriptor} is its one public face, and every downcall is in the package-private {@code Posix}.
 */
@NullMarked
package io.packice.internal.os;

import org.jspecify.annotations.NullMarked;
