/**
 * What a table says of itself: its columns through all changes, its parts, its properties. {@link io.packice.arrow.manifest.TableDescription} is the way in, for
 * planners; {@code docs/format.md} specifies what is stored.
 */
@NullMarked
package io.packice.arrow.manifest;

import org.jspecify.annotations.NullMarked;
