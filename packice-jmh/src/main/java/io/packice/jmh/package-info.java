/**
 * How fast Packice is, measured beside what the hardware allows (the floors) and what others do (the rivals).
 *
 * <p>Each class is a suite: one claim, its floor, its rivals. Methods are named after their part: {@code packice…}, {@code floor…},
 * {@code rival…}; {@link io.packice.jmh.ComparedTo} says which of ours one stands beside. Every method computes a value that is compared with
 * what it must be, so that nobody is fast by doing less. {@link io.packice.jmh.Main} runs suites in rounds, all methods once in each, so that
 * a machine that drifts is unfair to nobody, and reports ratios.
 */
@NullMarked
package io.packice.jmh;

import org.jspecify.annotations.NullMarked;
