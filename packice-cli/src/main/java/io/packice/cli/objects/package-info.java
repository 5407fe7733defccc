/** Objects of a peer: {@code packice put}, {@code get}, {@code ls}, {@code stat}, {@code rm} and what else one does with them, a class for each. */
@NullMarked
package io.packice.cli.objects;

import org.jspecify.annotations.NullMarked;
