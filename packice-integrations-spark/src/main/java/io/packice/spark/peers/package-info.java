/** Which peer is meant, and one connection to each per JVM. Internal: not for callers, and it may change at any time. */
@NullMarked
package io.packice.spark.peers;

import org.jspecify.annotations.NullMarked;
