/** {@code packice weights}: import, list and export of models. {@link io.packice.cli.weights.WeightsCommand} is where it starts. */
@NullMarked
package io.packice.cli.weights;

import org.jspecify.annotations.NullMarked;
