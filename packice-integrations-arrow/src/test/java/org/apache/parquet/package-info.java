/** Reaches what parquet-java keeps to itself. */
@NullMarked
package org.apache.parquet;

import org.jspecify.annotations.NullMarked;
