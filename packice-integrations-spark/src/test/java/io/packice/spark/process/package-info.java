/** Programs that tests start as processes of their own. */
@NullMarked
package io.packice.spark.process;

import org.jspecify.annotations.NullMarked;
