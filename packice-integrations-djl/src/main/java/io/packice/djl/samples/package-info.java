/**
 * A worked example: {@link io.packice.djl.samples.SyntheticDigits} makes images to learn from, and
 * {@link io.packice.djl.samples.DigitsTraining} trains on them from shared memory.
 */
@NullMarked
package io.packice.djl.samples;

import org.jspecify.annotations.NullMarked;
