/**
 * Peers that run, and their settings: {@code packice serve}, {@code config}, {@code verify}. {@link io.packice.cli.serve.ServeCommand} is where it starts.
 */
@NullMarked
package io.packice.cli.serve;

import org.jspecify.annotations.NullMarked;
