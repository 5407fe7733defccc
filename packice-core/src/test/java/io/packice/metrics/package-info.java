/** Tests of the metrics. */
package io.packice.metrics;
