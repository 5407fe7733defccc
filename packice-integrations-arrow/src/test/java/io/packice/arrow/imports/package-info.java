/** Imports of files, pipes and services, and their pieces by themselves. */
@NullMarked
package io.packice.arrow.imports;

import org.jspecify.annotations.NullMarked;
