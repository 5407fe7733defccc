/**
 * What is known on this host of peers and networks: JSON files that people can read. Start at {@link io.packice.cluster.state.StateFolder}.
 */
@NullMarked
package io.packice.cluster.state;

import org.jspecify.annotations.NullMarked;
