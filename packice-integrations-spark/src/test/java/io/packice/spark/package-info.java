/** Spark against a real peer. */
@NullMarked
package io.packice.spark;

import org.jspecify.annotations.NullMarked;
