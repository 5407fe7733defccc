/**
 * What operators watch: a peer that counts and times what is asked of it. Needs Micrometer's Prometheus registry on the class path, which is an
 * optional dependency.
 */
@NullMarked
package io.packice.metrics;

import org.jspecify.annotations.NullMarked;
