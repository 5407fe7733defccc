/** Files in the heap of this process: for tests, and for what need not outlive it. */
@NullMarked
package io.packice.storage.memory;

import org.jspecify.annotations.NullMarked;
