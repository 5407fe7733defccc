/** Commands about weights. */
package io.packice.cli.weights;
