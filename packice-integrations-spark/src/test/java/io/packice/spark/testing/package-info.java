/** What tests of this module share: one Spark per JVM, and peers. */
@NullMarked
package io.packice.spark.testing;

import org.jspecify.annotations.NullMarked;
