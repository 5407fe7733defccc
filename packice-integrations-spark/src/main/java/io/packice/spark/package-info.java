/**
 * Tables in shared memory for Spark: the data source {@code packice} and a catalog. This package is what callers name; what lies below it is
 * internal.
 */
@NullMarked
package io.packice.spark;

import org.jspecify.annotations.NullMarked;
