/** Text files as tables and back. */
@NullMarked
package io.packice.arrow.text;

import org.jspecify.annotations.NullMarked;
