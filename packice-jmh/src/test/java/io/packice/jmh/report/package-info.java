/** Reports. */
@NullMarked
package io.packice.jmh.report;

import org.jspecify.annotations.NullMarked;
