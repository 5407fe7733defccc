/** Tables, their format and their importers, over peers in this process and over sockets. */
@NullMarked
package io.packice.arrow;

import org.jspecify.annotations.NullMarked;
